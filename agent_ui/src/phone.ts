// A SIP phone in the browser: one call at a time, A-law only, no STUN. Tells every change by a "change" event, and by "refused" that its
// secret is not taken any longer.
import JsSIP from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { UA } from "jssip/lib/UA";
import { forAsterisk, forBrowser, type SdpKind } from "./sdp";

const OFFER_TRIES = 40;
const OFFER_PAUSE_MS = 250;

export type PhoneState = "off" | "connecting" | "ready" | "lost" | "ringing" | "calling" | "talking";

export interface PhoneView {
  state: PhoneState;
  number: string;
  name: string;
  since: number | null; // when the talk began, in ms of this browser's clock
  muted: boolean;
}

export interface PhoneAccount {
  uri: string;
  secret: string;
  ws: string;
}

export class Phone extends EventTarget {
  private ua: UA | null = null;
  private session: RTCSession | null = null;
  private line: "off" | "connecting" | "ready" | "lost" = "off";
  private since: number | null = null;
  private broken = false;

  constructor(private readonly sound: HTMLAudioElement) {
    super();
  }

  get view(): PhoneView {
    const session = this.session;
    const identity = session?.remote_identity;
    return {
      state: session ? stateOf(session) : this.line,
      number: identity?.uri.user ?? "",
      name: identity?.display_name ?? "",
      since: this.since,
      muted: session?.isMuted().audio ?? false,
    };
  }

  get inCall(): boolean {
    return this.session !== null;
  }

  register(account: PhoneAccount): void {
    this.stop();
    const ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(account.ws)],
      uri: account.uri,
      password: account.secret,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 3,
    });
    this.ua = ua;
    ua.on("connecting", () => this.setLine(this.line === "lost" ? "lost" : "connecting"));
    ua.on("registered", () => this.registered());
    ua.on("registrationFailed", (event: { cause?: string }) => {
      this.setLine("lost");
      if (event.cause === JsSIP.C.causes.AUTHENTICATION_ERROR) this.dispatchEvent(new Event("refused"));
    });
    ua.on("disconnected", () => {
      if (this.ua !== ua) return; // stopped on purpose
      this.broken = this.session?.isEstablished() ?? false;
      this.setLine("lost");
    });
    ua.on("newRTCSession", (event: { session: RTCSession }) => this.take(event.session));
    ua.start();
  }

  // Sign in again with another secret; a call goes on.
  renew(secret: string): void {
    this.ua?.set("password", secret);
    this.ua?.register();
  }

  stop(): void {
    this.ua?.stop();
    this.ua = null;
    this.setLine("off");
  }

  // headers: further SIP headers of the INVITE
  call(number: string, headers: string[] = []): void {
    if (!this.ua || this.session) return;
    this.ua.call(number, { extraHeaders: headers, mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } });
  }

  answer(): void {
    if (this.view.state === "ringing") this.session?.answer({ mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } });
  }

  hangup(): void {
    const refuse = this.view.state === "ringing";
    this.session?.terminate(refuse ? { status_code: 486, reason_phrase: "Busy Here" } : {});
  }

  dtmf(key: string): void {
    if (this.session?.isEstablished()) this.session.sendDTMF(key, { transportType: JsSIP.C.DTMF_TRANSPORT.RFC2833, duration: 160 });
  }

  mute(on: boolean): void {
    if (on) this.session?.mute({ audio: true });
    else this.session?.unmute({ audio: true });
  }

  private registered(): void {
    this.setLine("ready");
    // The other side may have hung up while the socket was away, and nobody would ever tell: a re-INVITE asks.
    if (this.broken) this.offer((session) => session.renegotiate());
    this.broken = false;
  }

  // A new offer is refused while an earlier one is unanswered: try again until it goes out or the call is over.
  private offer(send: (session: RTCSession) => boolean, tries = OFFER_TRIES): void {
    const session = this.session;
    if (!session?.isEstablished() || send(session) || tries <= 0) return;
    setTimeout(() => this.session === session && this.offer(send, tries - 1), OFFER_PAUSE_MS);
  }

  private take(session: RTCSession): void {
    if (this.session) {
      session.terminate({ status_code: 486, reason_phrase: "Busy Here" });
      return;
    }
    this.session = session;
    session.on("sdp", (event: { originator: string; type: string; sdp: string }) => {
      event.sdp = event.originator === "local" ? forAsterisk(event.sdp, event.type as SdpKind) : forBrowser(event.sdp);
    });
    session.on("peerconnection", (event: { peerconnection: RTCPeerConnection }) => this.listen(event.peerconnection));
    if (session.connection) this.listen(session.connection);
    session.on("confirmed", () => {
      this.since ??= Date.now();
      this.changed();
    });
    for (const moved of ["progress", "accepted", "muted", "unmuted"] as const) session.on(moved, () => this.changed());
    for (const over of ["ended", "failed"] as const) session.on(over, () => this.over(session));
    this.changed();
  }

  private listen(connection: RTCPeerConnection): void {
    connection.addEventListener("track", (event) => {
      this.sound.srcObject = event.streams[0] ?? new MediaStream([event.track]);
      void this.sound.play();
    });
  }

  private over(session: RTCSession): void {
    if (this.session !== session) return;
    this.session = null;
    this.since = null;
    this.broken = false;
    this.sound.srcObject = null;
    this.changed();
  }

  private setLine(line: "off" | "connecting" | "ready" | "lost"): void {
    this.line = line;
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new CustomEvent<PhoneView>("change", { detail: this.view }));
  }
}

function stateOf(session: RTCSession): PhoneState {
  if (session.isEstablished()) return "talking";
  return session.direction === "incoming" ? "ringing" : "calling";
}
