import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessFigures {
  /** Processor time of all threads, user and system. */
  readonly cpuSeconds: number;
  /** The most memory it ever held resident, MB of 10^6 bytes. */
  readonly peakRssMb: number;
}

/** Figures of a process from Linux' /proc (proc(5): stat fields 14 and 15, status VmHWM in KiB). */
export function processFigures(pid: number): ProcessFigures {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuSeconds: ticks / ticksPerSecond(), peakRssMb: Math.round((Number(peak) * 1_024) / 1e6) };
}

function ticksPerSecond(): number {
  return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
}
