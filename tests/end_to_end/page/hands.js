// What the tests do to a page: wait, find what a reader finds, press, fill, and look whether it can be read.

const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && element.getClientRects().length > 0;
const textOf = (element) => (element?.innerText ?? "").replace(/\s+/g, " ").trim();

/** Waits until something is so; fails with what the page shows instead. */
window.until = async (is, what = String(is)) => {
  const end = Date.now() + 120000;
  for (;;) {
    const found = await is();
    if (found) return found;
    if (Date.now() > end) throw new Error(`never: ${what}\n${textOf(document.body).slice(0, 3000)}`);
    await new Promise((done) => { setTimeout(done, 20); });
  }
};

/** The elements in front: those of a dialog, if one is open. */
const front = () => document.querySelector("dialog[open]") ?? document.body ?? document.documentElement;

/** What can be pressed and says so, or else begins so, in the part of the page that holds a text if one is given. */
const pressable = (text, within) => {
  const around = (element) => textOf(element.closest("li, section, tr, form") ?? document.body);
  const all = [...front().querySelectorAll("button, a, summary, label.tick")].filter(visible);
  const there = all.filter((element) => !within || around(element).includes(within));
  return there.find((element) => textOf(element) === text) ?? there.find((element) => textOf(element).startsWith(text));
};

window.shows = (text) => until(() => textOf(front()).includes(text), `the page shows ${text}`);
window.gone = (text) => until(() => !textOf(document.body).includes(text), `the page shows ${text} no more`);
window.press = async (text, within) => {
  const element = await until(() => pressable(text, within), `${text} can be pressed (in ${within})`);
  element.focus();
  element.click();
};
window.fill = async (label, value) => {
  const named = () => [...front().querySelectorAll("label")].find((one) => visible(one) && textOf(one).startsWith(label));
  const found = await until(named, `there is a field ${label}`);
  const control = found.control;
  control.focus();
  control.value = value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.dispatchEvent(new Event("change", { bubbles: true }));
};

const channels = (text) => (text.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
const over = (front_, back) => {
  const alpha = front_[3] ?? 1;
  return [0, 1, 2].map((at) => front_[at] * alpha + back[at] * (1 - alpha));
};
const brightness = (color) => {
  const [r, g, b] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

function backdrop(element) {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    const color = channels(getComputedStyle(at).backgroundColor);
    layers.push(color);
    if ((color[3] ?? 1) === 1) break;
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return layers.reverse().reduce((below, layer) => over(layer, below), dark ? [0, 0, 0] : [255, 255, 255]);
}

/** Texts that stand out too little from what is behind them (WCAG 2.2, 1.4.3: 4.5 to 1, large ones 3 to 1). */
window.faint = () => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const said = walker.currentNode.textContent.trim();
    if (!said || !visible(element) || element.closest(".unseen, .skip, [aria-hidden=true], [aria-disabled=true], option")) continue;
    const style = getComputedStyle(element);
    const back = backdrop(element);
    const [a, b] = [brightness(over(channels(style.color), back)), brightness(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) found.push(`${said.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return found;
};
