// What a reader of the page would see, as figures and as lists of what is wrong. Evaluated in the page by the
// browser tests; one expression, whose value goes back as JSON. Changes nothing.
(() => {
  const SMALLEST_TEXT = 10; // pixels; what is smaller cannot be read on a phone
  const SMALLEST_TARGET = 24; // pixels, by WCAG 2.2, 2.5.8
  const FAINTEST_TEXT = 4.5; // contrast, by WCAG 2.2, 1.4.3
  const root = document.documentElement;
  const short = (text) => JSON.stringify(text.trim().replace(/\s+/g, " ").slice(0, 60));
  const place = (element) => {
    const names = [];
    for (let at = element; at && at !== root && names.length < 4; at = at.parentElement) {
      const name = at.getAttribute("class");
      names.unshift(at.localName + (at.id ? `#${at.id}` : "") + (name ? `.${name.trim().split(/\s+/).join(".")}` : ""));
    }
    return names.join(" > ");
  };
  // Text for screen readers alone is squeezed into a pixel.
  const shown = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    for (let at = element; at; at = at.parentElement) {
      const box = at.getBoundingClientRect();
      const clipped = getComputedStyle(at).overflow === "hidden" || getComputedStyle(at).clipPath !== "none";
      if (clipped && !at.ownerSVGElement && (box.width <= 1 || box.height <= 1)) return false;
    }
    return true;
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  // [r, g, b, a] of whatever CSS a colour was written in.
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colour = (css) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = css;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const background = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(colour(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };

  const small = new Set();
  const outside = new Set();
  const faint = new Set();
  const unordered = new Set();
  const broken = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || ["script", "style", "title", "desc"].includes(element.localName) || !shown(element)) continue;
    const style = getComputedStyle(element);
    const svg = element.ownerSVGElement;
    let size = parseFloat(style.fontSize);
    if (svg) {
      const scale = element.getScreenCTM();
      size *= Math.sqrt(Math.abs(scale.a * scale.d - scale.b * scale.c));
      const ratio = contrast(over(colour(style.fill), background(svg)), background(svg));
      if (ratio < FAINTEST_TEXT) faint.add(`${short(node.data)} has contrast ${ratio.toFixed(2)} in ${place(element)}`);
    }
    if (size < SMALLEST_TEXT - 0.05) small.add(`${short(node.data)} is ${size.toFixed(1)} px in ${place(element)}`);
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    const frame = svg ? svg.getBoundingClientRect() : { left: 0, right: root.clientWidth, top: -Infinity, bottom: Infinity };
    const scrolls = !svg && element.closest("*") && (() => {
      for (let at = element; at; at = at.parentElement) if (["auto", "scroll"].includes(getComputedStyle(at).overflowX)) return true;
      return false;
    })();
    // What waits beyond the left edge until it has the focus is for those who tab through the page.
    const waits = box.right <= 0 && element.closest("a, button");
    if (!scrolls && !waits && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1))
      outside.add(`${short(node.data)} stands outside ${svg ? "its chart" : "the page"} in ${place(element)}`);
    // Words of letters alone; long ones, addresses and hashes may break anywhere.
    for (const word of svg || element.localName === "code" ? [] : node.data.matchAll(/(?<!\S)\p{L}{2,20}(?![^\s.,:;!?])/gu)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = [...range.getClientRects()].map((line) => line.top);
      if (Math.max(...lines) - Math.min(...lines) > size / 2) broken.add(`${short(word[0])} goes on in the next line in ${place(element)}`);
    }
    if (/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/.test(node.data)) {
      let held = false;
      for (let at = element; at && at !== document.body && !held; at = at.parentElement)
        held = at.localName === "bdi" || at.hasAttribute("dir") ||
          (/isolate|plaintext/.test(getComputedStyle(at).unicodeBidi) && at.textContent.trim() === node.data.trim());
      if (!held) unordered.add(`${short(node.data)} may turn its surroundings around in ${place(element)}`);
    }
  }

  const overlapping = new Set();
  for (const svg of document.querySelectorAll("svg")) {
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim() && shown(text));
    const boxes = texts.map((text) => text.getBoundingClientRect());
    for (let i = 0; i < boxes.length; i++)
      for (let j = i + 1; j < boxes.length; j++) {
        const wide = Math.min(boxes[i].right, boxes[j].right) - Math.max(boxes[i].left, boxes[j].left);
        const high = Math.min(boxes[i].bottom, boxes[j].bottom) - Math.max(boxes[i].top, boxes[j].top);
        // A box is higher than its letters by about a third.
        if (wide > 1 && high > 0.4 * Math.min(boxes[i].height, boxes[j].height))
          overlapping.add(`${short(texts[i].textContent)} and ${short(texts[j].textContent)} overlap in ${place(svg)}`);
      }
  }

  const tight = new Set();
  for (const target of document.querySelectorAll("a[href], button, summary, input, select, textarea, [tabindex]:not([tabindex='-1'])")) {
    if (!shown(target)) continue;
    // Links within text are as high as its lines; how far they are apart is looked at by axe.
    const inText = getComputedStyle(target).display === "inline";
    const box = (target.closest("label") ?? target).getBoundingClientRect();
    if (!inText && box.width > 0 && (box.width < SMALLEST_TARGET || box.height < SMALLEST_TARGET))
      tight.add(`${short(target.textContent)} is ${box.width.toFixed(0)} by ${box.height.toFixed(0)} px in ${place(target)}`);
  }

  const foreign = new Set();
  for (const element of document.querySelectorAll("*")) {
    if (["img", "iframe", "frame", "object", "embed", "link", "base", "audio", "video", "source", "image", "foreignObject", "form"].includes(element.localName))
      foreign.add(`an element ${element.localName} in ${place(element.parentElement)}`);
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || name === "style" || name === "srcdoc") foreign.add(`an attribute ${name} in ${place(element)}`);
      if (name.endsWith("href") && !/^(https?:\/\/|#)/.test(value)) foreign.add(`a link to ${short(value)} in ${place(element)}`);
      if (name === "href" && /^https?:/.test(value) && !/\bnoopener\b/.test(element.rel)) foreign.add(`a link without noopener to ${short(value)}`);
    }
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);

  return {
    width: innerWidth,
    client: root.clientWidth,
    scroll: Math.max(root.scrollWidth, document.body.scrollWidth),
    height: root.scrollHeight,
    size: parseFloat(getComputedStyle(document.body).fontSize),
    brightness: luminance(background(document.body)),
    scripts: document.scripts.length,
    repeated: ids.filter((id, at) => ids.indexOf(id) !== at),
    small: [...small], outside: [...outside], faint: [...faint], unordered: [...unordered], broken: [...broken],
    overlapping: [...overlapping], tight: [...tight], foreign: [...foreign],
  };
})()
