// Asks now and then whether the session still stands; once it does not, the page is opened anew, which leads to the
// place where one signs in.

const EVERY_MS = 5000;
let timer;

export default function () {
  clearInterval(timer);
  timer = setInterval(async () => {
    const answer = await fetch("/session", { cache: "no-store" }).catch(() => null);
    if (answer?.status === 401) location.reload();
  }, EVERY_MS);
  return () => clearInterval(timer);
}
