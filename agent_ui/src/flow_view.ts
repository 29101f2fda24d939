// A flow's picture: larger, smaller, whole; moved by dragging; its steps are opened by the keyboard, too.
import { onAppear, within } from "./appear";

const STEP = 1.25;
const LEAST = 0.3;
const MOST = 3;
const READABLE = 0.7;

export function startFlowView(): void {
  onAppear((root) => {
    for (const view of within<HTMLElement>(root, "[data-flow-view]")) show(view);
  });
}

function show(view: HTMLElement): void {
  const frame = view.querySelector<HTMLElement>("[data-flow-scroll]");
  const picture = frame?.querySelector<SVGSVGElement>("svg.flow-picture");
  if (!frame || !picture) return;
  const natural = picture.viewBox.baseVal;
  let scale = 1;
  const zoom = (to: number): void => {
    const before = scale;
    scale = Math.min(MOST, Math.max(LEAST, to));
    const [x, y] = [frame.scrollLeft + frame.clientWidth / 2, frame.scrollTop + frame.clientHeight / 2];
    picture.setAttribute("width", String(natural.width * scale));
    picture.setAttribute("height", String(natural.height * scale));
    frame.scrollTo((x * scale) / before - frame.clientWidth / 2, (y * scale) / before - frame.clientHeight / 2);
  };
  const fit = (): number => Math.min(1, frame.clientWidth / natural.width);
  const whole = (): number => Math.min(fit(), frame.clientHeight / natural.height);
  zoom(Math.max(READABLE, fit()));
  follow(frame, view.dataset.follow);
  view.addEventListener("click", (event) => {
    const asked = (event.target as Element).closest<HTMLElement>("[data-zoom]")?.dataset.zoom;
    if (asked) zoom(asked === "in" ? scale * STEP : asked === "out" ? scale / STEP : whole());
  });
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(event.deltaY < 0 ? scale * STEP : scale / STEP);
    },
    { passive: false },
  );
  frame.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    const step = (event.target as Element).closest("[role=button]");
    if (!step) return;
    event.preventDefault();
    step.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  });
  drag(frame);
}

// The step named stands in the middle, as far as the picture reaches.
function follow(frame: HTMLElement, id: string | undefined): void {
  const step = id ? document.getElementById(id) : null;
  if (!step) return;
  const [outer, inner] = [frame.getBoundingClientRect(), step.getBoundingClientRect()];
  frame.scrollTop += inner.top - outer.top - outer.height / 2;
  frame.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
}

function drag(frame: HTMLElement): void {
  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (event.target as Element).closest("[role=button]")) return;
    const [x, y, left, top] = [event.clientX, event.clientY, frame.scrollLeft, frame.scrollTop];
    frame.setPointerCapture(event.pointerId);
    frame.classList.add("cc-dragged");
    const move = (moved: PointerEvent): void => frame.scrollTo(left - (moved.clientX - x), top - (moved.clientY - y));
    frame.addEventListener("pointermove", move);
    const end = (): void => {
      frame.removeEventListener("pointermove", move);
      frame.classList.remove("cc-dragged");
    };
    frame.addEventListener("pointerup", end, { once: true });
    frame.addEventListener("pointercancel", end, { once: true });
  });
}
