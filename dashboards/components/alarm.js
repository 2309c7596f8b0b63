// A sound and a browser notification for new red findings. Permission is asked for by the reader's click only; several
// at once make one sound and one notification, at most one in QUIET_MS; what was there at first sight is no news.

const QUIET_MS = 30000;
const KEY = "mingjing-alarm";
const bells = new WeakMap();

export default function ({ data, parentElement }) {
  const bell = bells.get(parentElement) ?? start(parentElement);
  bell.data = data;
  label(bell);
  const ids = new Set(data.red.map((one) => one.id));
  const news = bell.known ? data.red.filter((one) => !bell.known.has(one.id)) : [];
  bell.known = new Set([...(bell.known ?? []), ...ids]);
  bell.waiting.push(...news);
  if (bell.waiting.length) ring(bell);
}

function start(parent) {
  const button = document.createElement("button");
  button.className = "mj-alarm";
  button.type = "button";
  parent.append(button);
  const bell = { button, known: null, waiting: [], rang: 0, timer: 0, on: localStorage.getItem(KEY) === "on", sound: null };
  button.addEventListener("click", () => turn(bell));
  bells.set(parent, bell);
  return bell;
}

async function turn(bell) {
  bell.on = !bell.on;
  localStorage.setItem(KEY, bell.on ? "on" : "off");
  if (bell.on) {
    bell.sound ??= new AudioContext(); // a browser lets a page sound only after a click
    beep(bell, 0.08);
    if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
  }
  label(bell);
}

function label(bell) {
  const refused = "Notification" in window && Notification.permission === "denied";
  const { on, off, silent } = bell.data.words;
  bell.button.textContent = bell.on ? (refused ? silent : on) : off;
  bell.button.setAttribute("aria-pressed", String(bell.on));
}

function ring(bell) {
  if (!bell.on) {
    bell.waiting = [];
    return;
  }
  clearTimeout(bell.timer);
  const wait = bell.rang + QUIET_MS - Date.now();
  if (wait > 0) {
    bell.timer = setTimeout(() => ring(bell), wait);
    return;
  }
  const news = bell.waiting.splice(0);
  bell.rang = Date.now();
  bell.button.dataset.rang = String(Number(bell.button.dataset.rang ?? 0) + 1);
  beep(bell, 0.25);
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const { one, many } = bell.data.words;
  const title = news.length === 1 ? one : many.replace("#", String(news.length));
  new Notification(title, { body: news[0].message, tag: "mingjing-red" });
}

function beep(bell, seconds) {
  try {
    bell.sound ??= new AudioContext();
    const tone = bell.sound.createOscillator();
    const volume = bell.sound.createGain();
    tone.frequency.value = 880;
    volume.gain.value = 0.15;
    tone.connect(volume).connect(bell.sound.destination);
    tone.start();
    tone.stop(bell.sound.currentTime + seconds);
  } catch (wrong) {
    console.warn("no sound", wrong); // a machine without sound still notifies
  }
}
