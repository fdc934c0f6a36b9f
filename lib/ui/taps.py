"""Taps on charts: on a touch screen the first tap says what hovering does, the second one clicks."""

# Vega says what a mark is only when a pointer moves over it, and a finger does not move before it taps.
SCRIPT = """
(() => {
  const NEAR = 24;
  let touches = false, told = null;
  const tell = (type, {target, x, y}) => target.dispatchEvent(
    new PointerEvent(type, {bubbles: true, clientX: x, clientY: y, pointerType: "mouse"}));
  const forget = () => { if (told) tell("pointerout", told); told = null; };
  const chartOf = (target) => target.closest && target.closest('[data-testid="stVegaLiteChart"]');
  document.addEventListener("pointerdown", (event) => {
    touches = event.pointerType === "touch";
    if (told && chartOf(event.target) !== chartOf(told.target)) forget();
  }, true);
  document.addEventListener("touchmove", forget, {capture: true, passive: true});
  document.addEventListener("dblclick", (event) => {
    if (touches && chartOf(event.target)) event.stopImmediatePropagation();  // it would undo the click
  }, true);
  document.addEventListener("click", (event) => {
    if (!touches || !event.isTrusted || !chartOf(event.target)) return;
    const now = {target: event.target, x: event.clientX, y: event.clientY};
    const again = told && Math.hypot(now.x - told.x, now.y - told.y) < NEAR;
    forget();
    if (again) return;
    event.stopImmediatePropagation();
    told = now;
    tell("pointermove", now);
  }, true);
})();
"""
"""What a browser runs so that taps on charts do what hovering does."""
