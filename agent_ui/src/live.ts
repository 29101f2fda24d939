// The page's one WebSocket: says what the page watches, puts in what is pushed, and marks the picture stale when nothing comes.
import htmx from "htmx.org";
import { appeared } from "./appear";
import { serverNow, setServerTime, timeOfDay } from "./clock";

const STALE_MS = 5000;
const SIGNED_OUT = 4002;
const CUT_OFF = 4001;

type Message = { topic: string; html: string } | { topic: string; event: unknown } | { beat: number; link: string };

let socket: WebSocket | null = null;
let tries = 0;
let heard = serverNow();
let link = "live";
let watching = "";

export function startLive(path: string): void {
  connect(path);
  setInterval(mark, 500);
  for (const swapped of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(swapped, watch);
}

function connect(path: string): void {
  const address = new URL(path, location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const ws = new WebSocket(address);
  socket = ws;
  ws.onopen = () => {
    tries = 0;
    watching = "";
    watch();
  };
  ws.onmessage = (event) => take(JSON.parse(event.data as string) as Message);
  ws.onclose = (event) => {
    socket = null;
    if (event.code === SIGNED_OUT) location.assign("/sign-in");
    else void again(path, event.code === CUT_OFF ? 0 : tries++);
  };
}

async function again(path: string, tried: number): Promise<void> {
  const pause = Math.min(8000, 300 * 2 ** tried) * (0.5 + Math.random() / 2);
  await new Promise((resolve) => setTimeout(resolve, pause));
  if (tried > 0 && (await signedOut())) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
  else connect(path);
}

// A browser does not tell why a WebSocket was refused. The sign-in page does: it sends away whoever is signed in.
async function signedOut(): Promise<boolean> {
  try {
    return (await fetch("/sign-in", { redirect: "manual" })).status === 200;
  } catch {
    return false; // the server is away: it cannot have signed us out
  }
}

function watch(): void {
  const topics = new Set<string>();
  for (const one of document.querySelectorAll<HTMLElement>("[data-watch]")) {
    for (const topic of (one.dataset.watch ?? "").split(/\s+/)) if (topic) topics.add(topic);
  }
  const wanted = JSON.stringify({ watch: [...topics].sort() });
  if (wanted === watching || socket?.readyState !== WebSocket.OPEN) return;
  watching = wanted;
  socket.send(wanted);
}

function take(message: Message): void {
  heard = serverNow();
  if ("beat" in message) {
    setServerTime(message.beat);
    heard = message.beat;
    link = message.link;
    mark();
  } else if ("html" in message) putIn(message.html);
  else document.dispatchEvent(new CustomEvent("live:event", { detail: message }));
}

// Each top-level element replaces the one with its id; with data-into it is put into that list, by data-order; with data-gone it goes.
// With data-once it stays as it is when it is there already: what is typed in it is not touched.
export function putIn(html: string): void {
  const box = document.createElement("template");
  box.innerHTML = html;
  for (const one of [...box.content.children] as HTMLElement[]) {
    const current = document.getElementById(one.id);
    if (one.dataset.gone !== undefined) current?.remove();
    else if (current && one.dataset.once !== undefined) continue;
    else if (place(one, current)) {
      htmx.process(one);
      appeared(one);
    }
  }
  watch();
}

function place(one: HTMLElement, current: HTMLElement | null): boolean {
  const list = one.dataset.into ? document.querySelector(one.dataset.into) : null;
  const stays = current && (!list || (current.parentElement === list && current.dataset.order === one.dataset.order));
  if (stays) {
    current.replaceWith(one);
    return true;
  }
  current?.remove();
  if (!list) return false;
  const order = one.dataset.order;
  const next = order === undefined ? null : [...list.children].find((other) => Number((other as HTMLElement).dataset.order) > Number(order));
  list.insertBefore(one, next ?? null);
  return true;
}

function mark(): void {
  const state = serverNow() - heard > STALE_MS ? "away" : link;
  const bar = document.getElementById("stale-bar");
  if (document.body.dataset.link === state) return;
  document.body.dataset.link = state;
  document.dispatchEvent(new CustomEvent("live:link", { detail: state }));
  if (!bar) return;
  bar.hidden = state === "live";
  const text = state === "away" ? bar.dataset.away : bar.dataset.lost;
  const words = bar.querySelector("[data-words]");
  if (words) words.textContent = (text ?? "").replace("{time}", timeOfDay(heard));
}
