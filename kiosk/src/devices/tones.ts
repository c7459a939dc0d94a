/** What a sound says; each also has colour, icon and words. */
export type Tone = 'good' | 'attention' | 'bad';

interface Note {
  readonly hertz: number;
  /** Seconds after the tone begins. */
  readonly from: number;
  readonly seconds: number;
  readonly wave: OscillatorType;
}

/** Told apart by melody, not by pitch alone: rising, twice the same, low and rough. */
const MELODIES: Readonly<Record<Tone, readonly Note[]>> = {
  good: [
    { hertz: 880, from: 0, seconds: 0.1, wave: 'sine' },
    { hertz: 1_318.5, from: 0.11, seconds: 0.18, wave: 'sine' },
  ],
  attention: [
    { hertz: 587.3, from: 0, seconds: 0.12, wave: 'triangle' },
    { hertz: 587.3, from: 0.2, seconds: 0.12, wave: 'triangle' },
  ],
  bad: [{ hertz: 165, from: 0, seconds: 0.5, wave: 'sawtooth' }],
};
const VOLUME = 0.25;

/** Plays the desk's sounds. Silent where the browser gives no sound; never throws. */
export class TonePlayer {
  #context: AudioContext | undefined;

  play(tone: Tone): void {
    try {
      this.#context ??= new AudioContext();
      const context = this.#context;
      if (context.state === 'suspended') context.resume().catch(() => undefined);
      for (const note of MELODIES[tone]) playNote(context, note);
    } catch {
      // No sound device: colour, icon and words say the same.
    }
  }
}

function playNote(context: AudioContext, note: Note): void {
  const start = context.currentTime + note.from;
  const oscillator = new OscillatorNode(context, { type: note.wave, frequency: note.hertz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(VOLUME, start + 0.01);
  gain.gain.setValueAtTime(VOLUME, start + note.seconds - 0.03);
  gain.gain.linearRampToValueAtTime(0, start + note.seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + note.seconds);
}
