// The pictures of the open page: their room before they come, what stands for one that is missing, and how one is chosen.
// A part of Inkstone's own script, in the isolated world; see article.js.
"use strict";
Object.assign(inkstone, (() => {
  const IMAGES = "#ink-body img";
  // A link around a picture to another file of it means: show it large.
  const LARGER = /\.(?:jpe?g|png|gif|webp|avif|bmp)$/i;
  // Lower than this, words have no room: only the sign is shown.
  const TINY_PX = 48;
  // No box with words is narrower.
  const WORDS_PX = 320;

  const whenReady = (act) =>
    document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", act, { once: true }) : act();

  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  };

  const addressOf = (image) => (image.getAttribute("src") || "").split("?")[0];
  const nameOf = (image) => addressOf(image).replace(/^reader:\/\/image\//, "");
  const withAddress = (address) => [...document.querySelectorAll("img")].filter((image) => addressOf(image) === address);

  // The page tells the program something by a link, and only so.
  const tell = (path) => {
    const link = make("a");
    link.href = "reader://act/" + path;
    link.click();
  };

  // The ratio of the room that is kept for a picture, "" when nobody knows it.
  const ratioOf = (image) => getComputedStyle(image).aspectRatio.replace(/^auto\s*/, "");

  // Whether a picture has its lines for itself, and so gets the room of a usual picture until its size is known.
  const standsAlone = (image) => {
    let node = image;
    while (node.parentElement && getComputedStyle(node.parentElement).display.startsWith("inline")) node = node.parentElement;
    const block = node.parentElement;
    return !!block && !block.textContent.trim() && block.querySelectorAll("img").length === 1;
  };

  // While the page is read, too: pictures without room would all stand near the view, and all be asked for.
  const keepRoom = () => {
    const open = [...document.querySelectorAll(IMAGES)].filter((image) => !image.complete);
    const kept = open.map((image) => ("inkUnsized" in image.dataset || !ratioOf(image)) && standsAlone(image));
    open.forEach((image, n) => { if (kept[n]) image.dataset.inkUnsized = ""; else delete image.dataset.inkUnsized; });
  };
  const reading = new MutationObserver(keepRoom);

  const prepare = () => {
    reading.disconnect();
    keepRoom();
    for (const image of document.querySelectorAll(IMAGES)) if (!image.closest("a")) image.tabIndex = 0;
  };

  // What stands for a missing picture. The <img> stays, hidden, so that a retry can fill it.
  const boxOf = (image, words) => {
    const ratio = ratioOf(image), room = image.getBoundingClientRect();
    if (ratio && room.height > 0 && room.height < TINY_PX) return tinyBox(image, room, words);
    const row = words.form !== "box" && !(words.form === "load" && ratio);
    const box = make("span", "ink-missing" + (row ? " ink-waiting" : "") + (words.form === "quiet" ? " ink-quiet" : ""));
    if (!row && ratio) {
      box.style.aspectRatio = ratio;
      if (room.width) box.style.width = Math.max(room.width, WORDS_PX) + "px";
    }
    const text = make("span", "ink-missing-text"), icon = make("span", "ink-missing-icon");
    icon.append(document.getElementById("ink-image-off").content.cloneNode(true));
    text.append(icon, make("strong", "", words.title));
    if (words.reason) text.append(make("span", "", words.reason));
    if (words.host) text.append(make("code", "", words.host));
    box.append(text, acts(image, words));
    return box;
  };

  const tinyBox = (image, room, words) => {
    const box = make("a", "ink-missing ink-tiny");
    box.href = "reader://act/why/" + nameOf(image);
    box.title = [words.title, words.reason, words.host].filter(Boolean).join("\n");
    box.style.width = room.width + "px";
    box.style.height = room.height + "px";
    box.append(document.getElementById("ink-image-off").content.cloneNode(true));
    return box;
  };

  const acts = (image, words) => {
    const box = make("span", "ink-missing-acts");
    const add = (className, text, address, sign) => {
      if (!text || !address) return;
      const link = make("a", className);
      if (sign) link.append(document.getElementById("ink-retry").content.cloneNode(true));
      link.append(text);
      link.href = address;
      box.append(link);
    };
    const waits = words.form === "load";
    add("ink-button", words.retry, "reader://act/" + (waits ? "load/" : "retry/") + nameOf(image), !waits);
    add("ink-open", words.open, words.original);
    add("ink-why", words.why, "reader://act/why/" + nameOf(image));
    return box;
  };

  const missing = (address, words) => whenReady(() => {
    if (!document.getElementById("ink-image-off")) return; // the page is being left before it was read to its end
    for (const image of withAddress(address)) {
      if (image.hidden) continue;
      const box = boxOf(image, words);
      box.lang = words.lang;
      box.setAttribute("role", box.href ? "link" : "group");
      box.setAttribute("aria-label", words.title + " " + (image.alt || ""));
      // Inside a link the box would inherit it; stand after the link instead.
      const link = image.closest("a");
      (link || image).after(box);
      if (link && !link.textContent.trim()) link.hidden = true;
      image.hidden = true;
      image.dataset.inkMissing = words.form;
    }
  });

  const again = (image, stamp) => {
    const link = image.closest("a");
    const box = (link || image).nextElementSibling;
    if (box && box.classList.contains("ink-missing")) box.remove();
    if (link) link.hidden = false;
    image.hidden = false;
    delete image.dataset.inkMissing;
    image.src = addressOf(image) + "?" + stamp;
  };

  const retry = (address, stamp) => {
    for (const image of withAddress(address)) if ("inkMissing" in image.dataset) again(image, stamp);
  };

  // Ask for all that waits for a word of the reader.
  const loadAll = (stamp) => {
    for (const image of document.querySelectorAll("img[data-ink-missing]")) {
      if (image.dataset.inkMissing !== "box") again(image, stamp);
    }
  };

  // Only the first frame came: the picture moves while the pointer or the focus is on it.
  const still = (address) => whenReady(() => {
    for (const image of withAddress(address)) image.dataset.inkStill = "";
  });

  const play = (image, on) => {
    if (!image || !image.matches || !image.matches("img[data-ink-still]")) return;
    image.src = addressOf(image) + (on ? "?play" : "");
  };

  // The number of the picture of which most is in view, "" when none is.
  const inView = () => {
    let best = "", most = 0;
    for (const image of document.querySelectorAll(IMAGES)) {
      const box = image.getBoundingClientRect();
      const seen = Math.max(0, Math.min(box.right, innerWidth) - Math.max(box.left, 0))
        * Math.max(0, Math.min(box.bottom, innerHeight) - Math.max(box.top, 0));
      if (seen > most) [best, most] = [nameOf(image).split("/")[1], seen];
    }
    return best;
  };

  const chosen = (event) => {
    const image = event.target instanceof Element ? event.target.closest(IMAGES) : null;
    if (!image || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const link = image.closest("a[href]");
    if (link && !LARGER.test(link.pathname)) return;
    event.preventDefault();
    tell("view/" + nameOf(image));
  };

  addEventListener("click", chosen);
  addEventListener("keydown", (event) => { if (event.key === "Enter") chosen(event); });
  // On the document: the window hears of no element's load.
  document.addEventListener("load", (event) => { if (event.target.dataset) delete event.target.dataset.inkUnsized; }, true);
  for (const [on, name] of [[true, "pointerover"], [false, "pointerout"], [true, "focusin"], [false, "focusout"]]) {
    addEventListener(name, (event) => play(event.target, on));
  }
  reading.observe(document, { childList: true, subtree: true });
  whenReady(prepare);

  return { prepare, missing, retry, loadAll, still, inView };
})());
