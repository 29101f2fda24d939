// How loud a stream is, on a <meter> from 0 to 1.

const EVERY_MS = 80;

export class Meter {
  private context: AudioContext | null = null;
  private timer: number | undefined;

  constructor(private readonly shown: HTMLMeterElement) {}

  // Needs a click before it, as browsers ask of all sound.
  watch(stream: MediaStream): void {
    this.stop();
    this.context = new AudioContext();
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 512;
    this.context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.timer = window.setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
      this.shown.value = Math.min(1, Math.sqrt(power) * 4);
    }, EVERY_MS);
  }

  stop(): void {
    window.clearInterval(this.timer);
    void this.context?.close();
    this.context = null;
    this.shown.value = 0;
  }
}
