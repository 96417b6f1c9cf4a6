// Inkstone's own script. It runs in the isolated world of the article page: scripts of an article never run, and could not
// see this one. The program calls the functions of `inkstone`; the page tells the program something only by a link that
// the page guard catches (reader://act/...).
"use strict";
const inkstone = (() => {
  const whenReady = (act) =>
    document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", act, { once: true }) : act();

  const blocks = () => document.querySelectorAll("#ink-body :is(p,h1,h2,h3,h4,h5,h6,li,pre,blockquote,figure,table,dt,dd)");

  // The place in the text: the first block that is still in view and how far into it, robust against other widths.
  const position = () => {
    const all = blocks();
    for (let n = 0; n < all.length; n++) {
      const box = all[n].getBoundingClientRect();
      if (box.bottom > 8) return n + ":" + (Math.max(0, -box.top) / Math.max(1, box.height)).toFixed(3);
    }
    return "";
  };

  // What a link to a part of an article names: an id, or the words of a heading as wiki links have it.
  const named = (name) => document.getElementById("x-" + name) ??
    [...document.querySelectorAll("#ink-body :is(h1,h2,h3,h4,h5,h6)")].find(
      (heading) => heading.textContent.trim().toLowerCase() === name.toLowerCase());

  const restore = (place) => whenReady(() => {
    const [n, part] = place.startsWith("#") ? [0, 0] : place.split(":").map(Number);
    const block = place.startsWith("#") ? named(place.slice(1)) : blocks()[n];
    if (!block) return;
    const go = () => {
      const box = block.getBoundingClientRect();
      scrollTo(0, scrollY + box.top + box.height * part - 4);
    };
    go();
    requestAnimationFrame(go); // the first layout may still be without the fonts
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

  return { position, restore, pageBy, variables };
})();
