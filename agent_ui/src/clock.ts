// [data-since=ms] counts up and [data-until=ms] counts down every second, by the server's clock; frozen while the picture is stale.
import { onAppear, within } from "./appear";

let offset = Number(document.body.dataset.now ?? Date.now()) - Date.now();

export function serverNow(): number {
  return Date.now() + offset;
}

export function setServerTime(at: number): void {
  offset = at - Date.now();
}

export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

// A time of day on the site's clock.
export function timeOfDay(at: number): string {
  return new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: document.body.dataset.zone }).format(at);
}

function tick(root: ParentNode): void {
  const now = serverNow();
  for (const one of within(root, "[data-since]")) one.textContent = span(now - Number(one.dataset.since));
  for (const one of within(root, "[data-until]")) one.textContent = span(Number(one.dataset.until) - now + 999);
}

export function startClock(): void {
  onAppear(tick);
  setInterval(() => {
    const link = document.body.dataset.link;
    if (link === undefined || link === "live") tick(document);
  }, 1000);
}
