// The ring tone: 450 Hz, one second on and three off, made here so that no file is needed.
export class Ring {
  private context: AudioContext | null = null;
  private timer = 0;

  start(): void {
    if (this.timer) return;
    this.context ??= new AudioContext();
    void this.context.resume();
    this.burst();
    this.timer = window.setInterval(() => this.burst(), 4000);
  }

  stop(): void {
    window.clearInterval(this.timer);
    this.timer = 0;
    void this.context?.suspend();
  }

  private burst(): void {
    if (!this.context) return;
    const tone = new OscillatorNode(this.context, { frequency: 450 });
    const volume = new GainNode(this.context, { gain: 0.15 });
    tone.connect(volume).connect(this.context.destination);
    tone.start();
    tone.stop(this.context.currentTime + 1);
  }
}
