// The installation's clock, running on in the browser from what the server's clock showed (`now`, ms) when the page
// was drawn, `speed` times as fast as the wall's.

const timers = new WeakMap();

export default function ({ data, parentElement }) {
  clearInterval(timers.get(parentElement));
  const span = parentElement.querySelector(".mj-clock") ?? parentElement.appendChild(document.createElement("span"));
  span.className = "mj-clock";
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: data.timezone, dateStyle: "short", timeStyle: "medium" });
  const drawn = performance.now();
  const tick = () => {
    const moment = new Date(data.now + (performance.now() - drawn) * data.speed);
    const text = format.format(moment) + data.suffix;
    if (span.textContent !== text) span.textContent = text;
  };
  tick();
  const timer = setInterval(tick, 500);
  timers.set(parentElement, timer);
  return () => clearInterval(timer);
}
