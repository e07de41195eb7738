"use strict";
// Keyboard shortcuts. Every page works without this script: the browser then sends the forms.
{
  const at = (selector, within = document) => within.querySelector(selector);
  const main = () => at("#main");
  const notice = at("#notice");
  const say = (text, bad = false) => {
    notice.textContent = text;
    notice.className = bad ? "notice bad" : "notice";
    notice.hidden = !text;
  };
  const headers = { "X-Desk": "script" };

  // Pages are fetched in advance and replace the current one.
  const fetched = new Map();
  const answerOf = (address) => address.split("?")[0].split("/").pop();
  const get = (address) => {
    if (!fetched.has(address)) {
      // Marks being sent count as given, and so does the mark of the answer shown now.
      const given = [...kept().map((one) => answerOf(one.to)), answerOf(main().dataset.here || "")].join(",");
      const answer = fetch(address, { headers: { ...headers, "X-Skip": given } }).then(async (found) => {
        if (!found.ok) throw new Error(found.status);
        const page = new DOMParser().parseFromString(await found.text(), "text/html");
        return { title: page.title, part: at("#main", page), of: page.body.className, at: found.url };
      });
      answer.catch(() => fetched.delete(address));
      fetched.set(address, answer);
    }
    return fetched.get(address);
  };
  const put = (page, address, remember = true) => {
    const part = document.importNode(page.part, true);
    main().replaceWith(part);
    document.title = page.title;
    document.body.className = page.of;
    if (remember) history.pushState(null, "", address);
    window.scrollTo(0, 0);
    shown();
  };
  let wanted = 0;
  const show = async (address, remember = true) => {
    const mine = ++wanted;
    try {
      const page = await get(address);
      fetched.delete(address);
      if (mine === wanted) put(page, page.at, remember);
    } catch {
      say("The desk does not answer. Your marks are kept in this browser and sent as soon as it does.", true);
      setTimeout(() => { if (mine === wanted) show(address, remember); }, 1000);
    }
  };
  window.addEventListener("popstate", () => show(location.href, false));

  // Marks are kept in the browser, in order, until the desk has them; each has an id, so that none counts twice.
  const KEPT = "desk-marks";
  const kept = () => JSON.parse(localStorage.getItem(KEPT) || "[]");
  const keep = (change) => localStorage.setItem(KEPT, JSON.stringify(change(kept())));
  let sending = null;
  const send = () => { sending ??= (navigator.locks ? navigator.locks.request(KEPT, sendAll) : sendAll()).finally(() => { sending = null; }); return sending; };
  const sendAll = async () => {
    let pause = 250;
    for (let [first] = kept(); first; [first] = kept()) {
      let answer, told = {};
      try {
        // Use the token of the current page, as one from an earlier session is not valid.
        const body = new URLSearchParams(first.body);
        body.set("token", main().dataset.token || body.get("token"));
        answer = await fetch(first.to, { method: "POST", headers, body });
        if (answer.headers.get("Content-Type")?.includes("json")) told = await answer.json();
      } catch { answer = null; }
      if (!answer || answer.status >= 500 || answer.status === 403) {
        const why = answer?.status === 403 ? "This browser's session has ended: open the desk's link, then load this page." : told.said || "The desk does not answer; trying again.";
        say(`${kept().length} not saved yet, and kept in this browser. ${why}`, true);
        await new Promise((done) => setTimeout(done, pause));
        pause = Math.min(2 * pause, 5000);
        continue;
      }
      keep((all) => all.filter((one) => one.act !== first.act));
      if (!answer.ok) {
        say(told.said || `Not saved (${answer.status}).`, true);
        if (told.at) { fetched.clear(); await show(told.at); }
      } else {
        if (!notice.className.includes("bad") || !kept().length) say("");
        if (told.progress && at("#progress")) at("#progress").textContent = told.progress;
      }
      window.saved = (window.saved || 0) + 1;
    }
  };
  const save = (how) => {
    const form = at("#grade"), here = main().dataset;
    const body = new URLSearchParams(new FormData(form));
    const empty = ![...body].some(([name, value]) => /^p\d|^comment|^note|^phrase/.test(name) && value.trim());
    if (how === "save" && empty) { say("Give points with the number keys, all with f, none with x, or write a comment.", true); return; }
    const adjusts = parseFloat((body.get("adjust") || "0").replace(",", "."));
    if (adjusts && !body.get("why").trim()) { say("An adjustment needs a reason; the student and the other graders read it.", true); return; }
    body.set("do", how);
    keep((all) => [...all, { to: here.here, act: body.get("act"), body: body.toString() }]);
    const next = here.next;
    fetched.delete(here.here);
    send();
    // The overview and new reusable comments are up to date only after this is saved.
    if (body.has("reuse") || !/\/grading\/[^/]+\/[0-9a-f]{12}/.test(next)) send().then(() => { fetched.clear(); show(next); });
    else show(next);
  };

  // After a page is shown: colour the points, fetch the next page, refresh live pages.
  let renewing;
  const colour = (form) => form.querySelectorAll("[data-full]").forEach((field) => field.classList.toggle("given-some", parseFloat(field.value) > 0));
  const shown = () => {
    const part = main(), form = at("#grade");
    clearInterval(renewing);
    if (form) {
      colour(form);
      form.addEventListener("input", () => colour(form));
      form.addEventListener("submit", (event) => { event.preventDefault(); save(event.submitter?.value || "save"); });
    }
    if (part.dataset.next) get(part.dataset.next).catch(() => {});
    for (const address of [...fetched.keys()].slice(0, -4)) fetched.delete(address);
    const undo = at("#undo");
    if (undo) undo.addEventListener("submit", (event) => { event.preventDefault(); takeBack(); });
    const every = Number(part.dataset.live || 0);
    if (every) renewing = setInterval(async () => {
      if (part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea, button")) return;
      try {
        fetched.delete(location.href);
        const page = await get(location.href);
        fetched.delete(location.href);
        if (main() === part) put(page, location.href, false);
      } catch { say("The desk does not answer; trying again.", true); }
    }, 1000 * every);
    search();
  };
  const search = () => {
    const box = at("#main[data-live] #search");
    if (!box) return;
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const rows = [...at("#everybody").tBodies[0].rows].map((row) => [row, plain(row.textContent)]);
    box.addEventListener("input", () => {
      const words = plain(box.value).split(/\s+/).filter(Boolean);
      let count = 0;
      for (const [row, text] of rows) { row.hidden = !words.every((word) => text.includes(word)); count += !row.hidden; }
      at("#shown").textContent = `${count} of ${rows.length} shown`;
    });
    box.closest(".find").hidden = false;
  };
  const takeBack = async () => {
    const { undo, token } = main().dataset;
    if (!undo) return;
    await send();
    const act = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    try {
      const answer = await fetch(undo, { method: "POST", headers, body: new URLSearchParams({ token, act }) });
      const told = await answer.json();
      if (answer.ok) { fetched.clear(); await show(told.at); }
      say(told.said, !answer.ok);
    } catch { say("The desk does not answer; nothing was undone.", true); }
  };

  // Keys.
  const keys = at("#keys"), on = at("#keys-on");
  const fold = (selector) => main().querySelectorAll(selector).forEach((each) => { each.open = !each.open; });
  const focus = (selector) => { const field = at(selector); if (field) { field.closest("details")?.setAttribute("open", ""); field.focus(); } };
  const digit = (number, half) => {
    const field = at(`#grade [data-key="${number}"]`);
    if (!field) return;
    if (field.type === "checkbox") field.checked = !field.checked;
    else field.value = half ? field.dataset.half : parseFloat(field.value) > 0 ? "0" : field.dataset.full;
    colour(at("#grade"));
  };
  const DOES = {
    f: () => at("#grade") && save("full"), x: () => at("#grade") && save("none"), Enter: () => at("#grade") && save("save"),
    u: takeBack, c: () => focus("#comment"), n: () => focus("#note"), d: () => focus("#adjust"), "/": () => focus("#search"),
    m: () => fold("#model"), e: () => fold("#evidence details"), r: () => fold("#outcomes"), g: () => fold("#others"),
    w: () => main().dataset.rubric && location.assign(main().dataset.rubric), "?": () => keys.showModal(),
    ArrowLeft: () => main().dataset.before && show(main().dataset.before), ArrowRight: () => main().dataset.behind && show(main().dataset.behind),
  };
  document.addEventListener("keydown", (event) => {
    const target = event.target, writes = target.matches("textarea, select, input:not([type=checkbox])");
    if (event.key === "Escape" && writes) { target.blur(); return; }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && at("#grade")) { event.preventDefault(); target.blur?.(); save("save"); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || keys?.open || (on && !on.checked)) return;
    if (writes && !(event.key === "Enter" && target.matches("#grade input"))) return;
    if (target.matches("button, a, summary, [type=checkbox]") && (event.key === "Enter" || event.key === " ")) return;
    const number = /^Digit([1-9])$/.exec(event.code)?.[1] ?? (/^[1-9]$/.test(event.key) ? event.key : null);
    const does = number && at("#grade") ? () => digit(number, event.shiftKey) : DOES[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
  if (on) {
    on.checked = localStorage.getItem("desk-keys") !== "off";
    on.addEventListener("change", () => localStorage.setItem("desk-keys", on.checked ? "on" : "off"));
    at("#show-keys").hidden = false;
    at("#show-keys").addEventListener("click", () => keys.showModal());
  }
  if (main()) {
    shown();
    if (main().dataset.token && kept().length) send().then(() => show(location.href, false));
  }
}
