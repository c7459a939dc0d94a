// A reporter of vitest: writes to the file named by FILE_TIMES how long each test file took, with its set-up.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './requirements.mjs';

export default class FileTimes {
  #files = [];

  onTestModuleEnd(module) {
    const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } = module.diagnostic();
    const ms = environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration;
    this.#files.push({ file: relative(root, module.moduleId), seconds: ms / 1_000 });
  }

  onTestRunEnd() {
    writeFileSync(process.env.FILE_TIMES, JSON.stringify(this.#files));
  }
}
