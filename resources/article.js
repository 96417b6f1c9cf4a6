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
      if (!block.isConnected) return;
      const box = block.getBoundingClientRect();
      scrollTo(0, scrollY + box.top + box.height * part - 4);
    };
    go();
    requestAnimationFrame(go); // the first layout may still be without the fonts
    if (document.readyState !== "complete") addEventListener("load", go, { once: true });
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

  // The words of a search, marked by the engine's own highlights, which leave the document as it is.
  const BLOCK = "p,h1,h2,h3,h4,h5,h6,li,dt,dd,pre,blockquote,figure,figcaption,td,th,tr,table,div,section,article,summary,main";
  let pieces = [], hits = [], current = -1;

  // The text of title and body, a line for each block; what the places of `markHits` are counted in.
  const words = () => {
    pieces = [];
    let text = "", block = null;
    for (const root of document.querySelectorAll(".ink-head h1, #ink-body")) {
      const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
      while (walk.nextNode()) {
        const node = walk.currentNode;
        if (node.nodeType !== Node.TEXT_NODE) {
          if (node.tagName === "BR") text += "\n";
          continue;
        }
        const around = node.parentElement.closest(BLOCK);
        if (block !== around && text) text += "\n";
        block = around;
        pieces.push([text.length, node]);
        text += node.data;
      }
    }
    return text;
  };

  const spot = (place, isEnd) => {
    let low = 0, high = pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (isEnd ? pieces[middle][0] < place : pieces[middle][0] <= place) low = middle; else high = middle - 1;
    }
    const [start, node] = pieces[low];
    return [node, Math.min(place - start, node.length)];
  };

  const paint = () => {
    CSS.highlights.set("ink-hit", new Highlight(...hits));
    const now = new Highlight(...hits.slice(current, current < 0 ? 0 : current + 1));
    now.priority = 1;
    CSS.highlights.set("ink-hit-now", now);
  };

  const markHits = (places) => {
    hits = [];
    current = -1;
    for (let n = 0; pieces.length && n + 1 < places.length; n += 2) {
      const range = document.createRange();
      range.setStart(...spot(places[n], false));
      range.setEnd(...spot(places[n + 1], true));
      hits.push(range);
    }
    pieces = [];
    paint();
    return hits.length;
  };

  // "3/17": the next or the previous hit, from the one before or from what is in view; "" when there is none.
  const stepHit = (by) => {
    if (!hits.length) return "";
    if (current < 0) {
      const seen = hits.findIndex((range) => range.getBoundingClientRect().bottom > 0);
      current = by > 0 ? (seen < 0 ? 0 : seen) : (seen < 0 ? hits.length : seen) - 1;
    } else {
      current += by;
    }
    current = (current + hits.length) % hits.length;
    const box = hits[current].getBoundingClientRect();
    if (box.top < 60 || box.bottom > innerHeight - 40) scrollTo(0, scrollY + box.top - innerHeight * 0.4);
    paint();
    return current + 1 + "/" + hits.length;
  };

  // Another article in the place of the one on the page, in a third of the time of another document. It is parsed as a
  // document of its own, in which nothing acts or loads, and the policy of this one holds for it here. False: no place.
  const exchange = (title, article, rooms, address, place) => {
    const old = document.querySelector(".ink-article");
    const parsed = new DOMParser().parseFromString("<!DOCTYPE html>" + article, "text/html");
    if (!old) return false;
    pieces = [];
    markHits([]);
    getSelection().empty();
    history.replaceState(null, "", address);
    document.title = title;
    document.getElementById("ink-rooms").textContent = rooms;
    old.replaceWith(document.adoptNode(parsed.querySelector(".ink-article")));
    inkstone.prepare();
    scrollTo(0, 0);
    if (place) restore(place);
    return document.documentElement.offsetHeight > 0; // it is laid out when the program hears of it
  };

  const tags = (names) => {
    const head = document.querySelector(".ink-head");
    if (!head) return;
    let box = head.querySelector(".ink-tags");
    if (!box) {
      box = document.createElement("div");
      box.className = "ink-tags";
      (head.querySelector(".ink-meta") ?? head.querySelector("h1")).after(box);
    }
    box.replaceChildren(...names.slice(0, 24).map((name) => {
      const chip = document.createElement("a");
      chip.dir = "auto";
      chip.href = `reader://act/tag/${encodeURIComponent(name)}`;
      chip.textContent = name;
      return chip;
    }));
    if (!names.length) box.remove();
  };

  // The article after this one; "": none.
  const next = (title) => {
    const link = document.querySelector(".ink-next");
    if (!link) return;
    link.hidden = !title;
    link.querySelector("b").textContent = title;
  };

  return { exchange, position, restore, pageBy, variables, words, markHits, stepHit, tags, next };
})();
