// Leaves A-law and its telephone-event in an SDP: one codec from trunk to seat, so that nothing is transcoded.
export function onlyAlaw(sdp: string): string {
  const kept = new Set<string>();
  for (const [, payload, codec] of sdp.matchAll(/^a=rtpmap:(\d+) (PCMA\/8000|telephone-event\/8000)/gim)) if (codec) kept.add(payload!);
  if (/^m=audio .*\b8\b/m.test(sdp)) kept.add("8");
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
