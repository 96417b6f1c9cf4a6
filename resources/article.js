// Inkstone's own script. It runs in the isolated world of the article page: scripts of an article never run, and could not
// see this one. The program calls the functions of `inkstone`; the page tells the program something only by a link that
// the page guard catches (reader://act/...).
"use strict";
const inkstone = (() => {
  const whenReady = (act) =>
    document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", act, { once: true }) : act();

  const blocks = () => document.querySelectorAll("#ink-body :is(p,h1,h2,h3,h4,h5,h6,li,pre,blockquote,figure,table,dt,dd)");

  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  };

  // A picture that is not there: a quiet box in its place. The <img> stays, hidden, so that a retry can fill it.
  const missing = (address, words) => whenReady(() => {
    const sign = document.getElementById("ink-image-off");
    if (!sign) return; // the page is being left before it was read to its end
    for (const image of document.querySelectorAll("img")) {
      if (image.getAttribute("src").split("?")[0] !== address || image.hidden) continue;
      const box = make("span", words.waiting ? "ink-missing ink-waiting" : "ink-missing");
      box.lang = words.lang;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", words.title + " " + (image.alt || ""));
      const width = +image.getAttribute("width"), height = +image.getAttribute("height");
      if (!words.waiting && width > 0 && height > 0) box.style.aspectRatio = width + " / " + height;
      const text = make("span", "ink-missing-text");
      const icon = make("span", "ink-missing-icon");
      icon.append(sign.content.cloneNode(true));
      text.append(icon, make("strong", "", words.title));
      if (words.reason) text.append(make("span", "", words.reason));
      if (words.host) text.append(make("code", "", words.host));
      const acts = make("span", "ink-missing-acts");
      const retry = make("a", "ink-button", words.retry);
      retry.href = "reader://act/retry/" + address.replace(/^reader:\/\/image\//, "");
      acts.append(retry);
      if (words.original) {
        const open = make("a", "ink-open", words.open);
        open.href = words.original;
        acts.append(open);
      }
      box.append(text, acts);
      // Inside a link the box would inherit it; stand after the link instead.
      const link = image.closest("a");
      (link || image).after(box);
      if (link && !link.textContent.trim()) link.hidden = true;
      image.hidden = true;
      image.dataset.inkMissing = "1";
    }
  });

  const retry = (address, stamp) => {
    for (const image of document.querySelectorAll("img[data-ink-missing]")) {
      if (image.getAttribute("src").split("?")[0] !== address) continue;
      const link = image.closest("a");
      const box = (link || image).nextElementSibling;
      if (box && box.classList.contains("ink-missing")) box.remove();
      if (link) link.hidden = false;
      image.hidden = false;
      delete image.dataset.inkMissing;
      image.src = address + "?" + stamp;
    }
  };

  // The place in the text: the first block that is still in view and how far into it, robust against other widths.
  const position = () => {
    const all = blocks();
    for (let n = 0; n < all.length; n++) {
      const box = all[n].getBoundingClientRect();
      if (box.bottom > 8) return n + ":" + (Math.max(0, -box.top) / Math.max(1, box.height)).toFixed(3);
    }
    return "";
  };

  const restore = (place) => whenReady(() => {
    const [n, part] = place.split(":").map(Number);
    const block = blocks()[n];
    if (!block) return;
    const go = () => {
      const box = block.getBoundingClientRect();
      scrollTo(0, scrollY + box.top + box.height * part - 4);
    };
    go();
    addEventListener("load", go, { once: true });
    if (!innerWidth) addEventListener("resize", go, { once: true }); // a page that is only coming on screen
  });

  const pageBy = (direction) => {
    const view = document.scrollingElement;
    const before = view.scrollTop;
    // Keep two lines of context, like a reader's thumb on the page.
    const step = Math.max(40, innerHeight - 56);
    view.scrollTop = before + direction * step;
    return Math.abs(view.scrollTop - before) > 1;
  };

  const variables = (css, classes) => {
    const style = document.getElementById("ink-variables");
    if (!style) return;
    // The words in view stay in view when they are set anew.
    const place = scrollY > 0 ? position() : "";
    style.textContent = css;
    document.documentElement.className = classes;
    if (place) restore(place);
  };

  return { missing, retry, position, restore, pageBy, variables };
})();
