// What a phone page says and hears is SDP in several dialects. A seat's endpoint serves desk phones too: Asterisk offers plain RTP/AVP with ICE
// and a fingerprint beside it, and wants that answered in kind; an offer of ours it takes as encrypted only under the name UDP/TLS/RTP/SAVP
// (a later one under RTP/AVP has its sound refused). A browser says UDP/TLS/RTP/SAVPF to all of it. And from trunk to seat there is one
// codec, A-law.
export type SdpKind = "offer" | "answer";

export function forAsterisk(sdp: string, kind: SdpKind): string {
  return named(onlyAlaw(sdp), kind === "offer" ? "UDP/TLS/RTP/SAVP" : "RTP/AVP");
}

export function forBrowser(sdp: string): string {
  return /^a=fingerprint:/m.test(sdp) ? named(sdp, "UDP/TLS/RTP/SAVPF") : sdp;
}

function named(sdp: string, protocol: string): string {
  return sdp.replace(/^(m=audio \d+ )\S+/gm, `$1${protocol}`);
}

// Leaves A-law and its telephone-event; an SDP without A-law stays as it is and is refused by the other side.
export function onlyAlaw(sdp: string): string {
  const kept = new Set<string>();
  for (const [, payload] of sdp.matchAll(/^a=rtpmap:(\d+) (?:PCMA|telephone-event)\/8000/gim)) kept.add(payload!);
  if (/^m=audio .* 8\b/m.test(sdp)) kept.add("8");
  if (!kept.has("8")) return sdp;
  const lines = sdp.split("\r\n").filter((line) => {
    const about = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+)/.exec(line);
    return !about || kept.has(about[1]!);
  });
  return lines.map((line) => (line.startsWith("m=audio ") ? media(line, kept) : line)).join("\r\n");
}

function media(line: string, kept: Set<string>): string {
  const [kind, port, protocol, ...payloads] = line.split(" ");
  return [kind, port, protocol, ...payloads.filter((payload) => kept.has(payload))].join(" ");
}
