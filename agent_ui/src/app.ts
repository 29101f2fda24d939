// The shell of a signed-in user: loaded once, it holds phone and socket; pages are swapped inside it.
import "htmx.org";
import "@tabler/core/dist/js/tabler.esm.js";
import { startClock } from "./clock";
import { startDrafts } from "./drafts";
import { startFlowView } from "./flow_view";
import { startKeys } from "./keys";
import { startListen } from "./listen";
import { startLive } from "./live";
import { startModules } from "./modules";
import { startMoves } from "./moves";
import { startPhoneBar } from "./phone_bar";
import { startPlayer } from "./player";
import { startRecorder } from "./recorder";
import { startShell } from "./shell";
import { startTrying } from "./trying";

function start(): void {
  startShell();
  startKeys();
  startDrafts();
  startClock();
  startPlayer();
  startListen();
  startRecorder();
  startFlowView();
  startTrying();
  startMoves();
  startModules();
  if (document.body.dataset.live !== undefined) startLive(document.body.dataset.live);
  const bar = document.getElementById("phone-bar");
  if (bar?.dataset.phoneUrl) void startPhoneBar(bar, bar.dataset.phoneUrl);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
