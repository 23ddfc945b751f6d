// What the pages do better with a script; without it everything still works.
// No framework, no inline anything, no state but what the server and the address hold.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isTyping = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;

  // Toasts ------------------------------------------------------------------------------------
  const leave = (note, after) => setTimeout(() => {
    if (note.matches(":hover, :focus-within")) return leave(note, 2000);
    note.remove();
  }, after);
  const toast = (text) => {
    const place = document.querySelector("[data-toasts]");
    if (!place) return;
    const note = Object.assign(document.createElement("p"), { className: "toast", textContent: text });
    place.append(note);
    leave(note, 4000);
  };

  // Copy --------------------------------------------------------------------------------------
  const select = (element) => getSelection().selectAllChildren(element);
  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      toast("Copied");
    } catch {
      select(source);
      toast("Selected: press Ctrl or ⌘ and C to copy");
    }
  };

  // Dialogs -----------------------------------------------------------------------------------
  const button = (text, className) => Object.assign(document.createElement("button"), { type: "button", textContent: text, className });
  const dialogOf = (...content) => {
    const dialog = document.createElement("dialog");
    dialog.append(...content);
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    return dialog;
  };
  const closeRow = (dialog, ...more) => {
    const close = button("Cancel", "button");
    close.addEventListener("click", () => dialog.close());
    const own = dialog.querySelector(".actions");
    const row = own ?? Object.assign(document.createElement("div"), { className: "actions" });
    row.prepend(close);
    row.append(...more);
    if (!own) dialog.append(row);
    return close;
  };
  // <details class="confirm">: the summary becomes a button, the panel a dialog in the same place, so
  // that its buttons still belong to the form around it.
  const upgradeConfirm = (details) => {
    const summary = details.querySelector("summary");
    const opener = button(summary.textContent, summary.className);
    const dialog = dialogOf(details.querySelector(".confirm-panel"));
    const heading = dialog.querySelector("h2");
    if (heading) dialog.setAttribute("aria-label", heading.textContent);
    closeRow(dialog);
    opener.addEventListener("click", () => dialog.showModal());
    details.replaceWith(opener, dialog);
  };
  // <button data-ask="Pause Aurora?" data-ask-more="12,110 clicks a day go to fail traffic.">
  const ask = (submitter) => {
    const title = Object.assign(document.createElement("h2"), { textContent: submitter.dataset.ask });
    const more = Object.assign(document.createElement("p"), { textContent: submitter.dataset.askMore ?? "" });
    const dialog = dialogOf(title, more);
    dialog.setAttribute("aria-label", title.textContent);
    const go = button(submitter.textContent.trim(), "button danger");
    go.addEventListener("click", () => {
      dialog.close();
      submitter.dataset.asked = "yes";
      submitter.form.requestSubmit(submitter);
    });
    closeRow(dialog, go).autofocus = true;
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };

  // Rows that are ticked: how many, and all of them at once -----------------------------------------
  const boxesOf = (form) => all(".tick-cell input[name]", form);
  const countTicked = (form) => {
    const bar = form.querySelector("[data-bulk]");
    if (!bar) return;
    const boxes = boxesOf(form);
    const ticked = boxes.filter((box) => box.checked).length;
    const one = bar.dataset.bulk;
    bar.querySelector("[data-bulk-count]").textContent = ticked ? `${ticked} ${one}${ticked === 1 ? "" : "s"} ticked` : `Tick the ${one}s to change`;
    all("button:not([data-any])", bar).forEach((each) => { each.disabled = ticked === 0; });
    all("[data-tick-all]", form).forEach((each) => {
      each.checked = ticked > 0 && ticked === boxes.length;
      each.indeterminate = ticked > 0 && ticked < boxes.length;
    });
  };

  // Theme: seen at once, remembered by the server ------------------------------------------------
  const chooseTheme = (form, chosen) => {
    document.documentElement.dataset.theme = chosen.value;
    all("button", form).forEach((each) => each.setAttribute("aria-pressed", String(each === chosen)));
    const body = new URLSearchParams(new FormData(form));
    body.set(chosen.name, chosen.value);
    fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => toast("The theme was not saved"));
  };

  // Live parts: <div id="x" data-live="/path" data-every="5"> -------------------------------------
  const openParts = (part) => all("details", part).map((details) => details.open);
  const isInUse = (part) => part.contains(document.activeElement) && isTyping(document.activeElement);
  const swap = (part, html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(part.id);
    if (!fresh) throw new Error("the answer has no part " + part.id);
    const open = openParts(part);
    const focus = part.contains(document.activeElement) ? all("a, button, summary, [tabindex]", part).indexOf(document.activeElement) : -1;
    const scrolls = all(".table-scroll", part).map((each) => [each.scrollLeft, each.scrollTop]);
    part.replaceWith(fresh);
    all("details", fresh).forEach((details, place) => { details.open = open[place] ?? details.open; });
    dress(fresh);
    all(".table-scroll", fresh).forEach((each, place) => { [each.scrollLeft, each.scrollTop] = scrolls[place] ?? [0, 0]; });
    if (focus >= 0) all("a, button, summary, [tabindex]", fresh)[focus]?.focus({ preventScroll: true });
    return fresh;
  };
  const isStale = (part, stale) => {
    part.toggleAttribute("data-stale", stale);
    all(".live-word", part).forEach((word) => { word.textContent = stale ? "not live" : "live"; });
  };
  const refresh = async (part) => {
    if (document.hidden || isInUse(part) || document.querySelector("dialog[open]")) return part;
    try {
      const answer = await fetch(part.dataset.live, { headers: { accept: "text/html" }, cache: "no-store", redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      return swap(part, await answer.text());
    } catch {
      isStale(part, true);
      return part;
    }
  };
  const follow = async (part) => {
    const wait = Math.max(1, Number(part.dataset.every) || 5) * 1000;
    // A part that no longer changes says so by having no address.
    for (let current = part; current.isConnected && current.dataset.live;) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      current = await refresh(current);
    }
  };

  // The same by server-sent events: <div id="x" data-live="/path" data-events>. The server ends a stream
  // after a while and the browser comes back; only when it stays away is the part no longer live.
  const listen = (part) => {
    let current = part;
    let source;
    let doubt = 0;
    let again = 0;
    const trust = () => {
      clearTimeout(doubt);
      doubt = 0;
      isStale(current, false);
    };
    const open = () => {
      clearTimeout(again);
      source?.close();
      // A part that no longer changes says so by having no address.
      if (document.hidden || !current.dataset.live) return;
      source = new EventSource(current.dataset.live);
      source.addEventListener("open", trust);
      source.addEventListener("part", ({ data }) => {
        if (isInUse(current) || document.querySelector("dialog[open]")) return;
        try {
          current = swap(current, data);
          if (!current.dataset.live) source.close();
        } catch {
          isStale(current, true);
        }
      });
      source.addEventListener("error", () => {
        doubt ||= setTimeout(() => isStale(current, true), 8000);
        if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 10000);
      });
    };
    document.addEventListener("visibilitychange", async () => {
      clearTimeout(again);
      source?.close();
      if (document.hidden || !current.dataset.live) return;
      current = await refresh(current);
      open();
    });
    open();
  };

  const watch = (part) => ("events" in part.dataset && "EventSource" in window ? listen(part) : follow(part));
  // What took too long for the page, <div id="x" data-live="/path" data-now>, is fetched at once.
  const fetchNow = async (part) => {
    let current = await refresh(part);
    while (current.isConnected && "now" in current.dataset) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      current = await refresh(current);
    }
    if (current.dataset.live) watch(current);
  };

  // Keys: / searches, g and a letter goes, ? lists, Escape closes -----------------------------------
  let going = 0;
  const help = () => {
    const title = Object.assign(document.createElement("h2"), { textContent: "Keys" });
    const list = Object.assign(document.createElement("dl"), { className: "keys" });
    const links = all("[data-go]").map((link) => ["g " + link.dataset.go, link.title]);
    for (const [keys, does] of [["/", "Search"], ["?", "This list"], ["Esc", "Close"], ...links]) {
      const term = document.createElement("dt");
      term.append(...keys.split(" ").flatMap((key) => [Object.assign(document.createElement("kbd"), { textContent: key }), " "]));
      list.append(term, Object.assign(document.createElement("dd"), { textContent: does }));
    }
    const dialog = dialogOf(title, list);
    dialog.setAttribute("aria-label", "Keys");
    closeRow(dialog).textContent = "Close";
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };
  const closeOpen = () => {
    all(".menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    all(".toast").at(-1)?.remove();
    all(".side-toggle:checked").forEach((toggle) => { toggle.checked = false; });
  };
  const search = () => {
    const field = all("[data-search], .filters [type=search]").find((each) => each.offsetParent !== null);
    field?.focus();
    field?.select();
    return field !== undefined;
  };
  const press = (event) => {
    if (event.key === "Escape") return closeOpen();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const afterG = Date.now() - going < 1500;
    going = 0;
    if (afterG) {
      const link = all("[data-go]").find((each) => each.dataset.go === event.key);
      if (link) return void (event.preventDefault(), link.click());
    }
    if (event.key === "g") going = Date.now();
    if (event.key === "?") help();
    if (event.key === "/" && search()) event.preventDefault();
  };

  // Conditions: menus put one together and add it to the text as a line; the text is what is sent -------
  const conditionOf = (part) => {
    const [field, op, values] = [part("field").value, part("op").value, part("values").value.trim()];
    if (op !== "is_empty" && !values) return null;
    const counts = op === "at_least" || op === "at_most";
    const of = {
      schedule: () => part("zone").value.trim(),
      offer_cap: () => `offer ${part("offer").value}${counts ? ` ${part("period").value}` : ""}`,
      site_status: () => `monitor ${part("monitor").value}`,
    }[field]?.();
    return [field, op, op === "is_empty" ? "" : values, of ? `@ ${of}` : ""].filter(Boolean).join(" ");
  };
  const fit = (panel, part) => {
    const [chosen] = part("field").selectedOptions;
    const fitting = chosen.dataset.operators.split(" ");
    all("option", part("op")).forEach((each) => { each.hidden = each.disabled = !fitting.includes(each.value); });
    if (!fitting.includes(part("op").value)) part("op").value = fitting[0];
    const op = part("op").value;
    const counts = op === "at_least" || op === "at_most";
    all("[data-for]", panel).forEach((each) => { each.hidden = each.dataset.for !== chosen.value || ("counts" in each.dataset && !counts); });
    all("[data-unless]", panel).forEach((each) => { each.hidden = each.dataset.unless === op; });
    part("values").placeholder = counts ? "14" : chosen.dataset.example;
    part("values").setAttribute("list", counts ? "" : chosen.dataset.words ?? "");
  };
  const addPicker = (text) => {
    const template = document.getElementById("condition-picker");
    if (!template || text.matches(":disabled")) return;
    const opener = button("Add a condition", "button small picker-opener");
    const name = text.labels[0]?.firstChild?.textContent.trim();
    const toggle = (open) => {
      opener.hidden = open;
      if (open) return text.closest(".field").append(pick());
      text.closest(".field").querySelector(".picker")?.remove();
      opener.focus();
    };
    const pick = () => {
      const panel = template.content.firstElementChild.cloneNode(true);
      const part = (which) => panel.querySelector(`[data-part="${which}"]`);
      if (name) panel.setAttribute("aria-label", `Add to ${name}`);
      const add = () => {
        const line = conditionOf(part);
        if (!line) return part("values").focus();
        text.value = [text.value.trimEnd(), line].filter(Boolean).join("\n");
        text.rows = Math.max(text.rows, text.value.split("\n").length);
        part("values").value = "";
        part("op").selectedIndex = 0;
        fit(panel, part);
        part("field").focus();
      };
      panel.addEventListener("change", () => fit(panel, part));
      panel.addEventListener("keydown", (event) => {
        if (event.key === "Escape") return toggle(false);
        if (event.key !== "Enter" || event.target.matches("button")) return;
        event.preventDefault();
        add();
      });
      part("add").addEventListener("click", add);
      part("close").addEventListener("click", () => toggle(false));
      fit(panel, part);
      setTimeout(() => part("field").focus());
      return panel;
    };
    opener.addEventListener("click", () => toggle(true));
    text.closest(".field").append(opener);
  };
  const fillZones = () => {
    const list = document.getElementById("condition-zones");
    list?.append(...(Intl.supportedValuesOf?.("timeZone") ?? []).map((zone) => Object.assign(document.createElement("option"), { value: zone })));
  };

  // What is left until a moment: <time data-left="2467" data-units="1">in 41 min</time>. Counted from the page's
  // own clock: that of the machine may be wrong.
  const SPANS = [[86400, "day"], [3600, "h"], [60, "min"], [1, "s"]];
  const until = (left, units) => {
    if (left < 1) return "any moment";
    const parts = SPANS.map(([seconds, unit], place) => [Math.floor((place ? left % SPANS[place - 1][0] : left) / seconds), unit]);
    const first = parts.findIndex(([count]) => count > 0);
    const shown = parts.slice(first, first + units).filter(([count]) => count > 0);
    return "in " + shown.map(([count, unit]) => `${count} ${unit}${unit === "day" && count !== 1 ? "s" : ""}`).join(" ");
  };
  const startCount = (time) => { time.dataset.end = String(performance.now() + Number(time.dataset.left) * 1000); };
  const countDown = () => all("[data-end]").forEach((time) => {
    const text = until(Math.floor((Number(time.dataset.end) - performance.now()) / 1000), Number(time.dataset.units));
    if (time.textContent !== text) time.textContent = text;
  });

  // Everything in its place ------------------------------------------------------------------------
  const dress = (root) => {
    all("[data-copy]", root).forEach((each) => { each.hidden = false; });
    all("[data-help]", root).forEach((each) => { each.hidden = false; });
    all("[data-tick-all]", root).forEach((each) => { each.closest("label").hidden = false; });
    all("details[data-confirm]", root).forEach(upgradeConfirm);
    all("[data-bulk]", root).forEach((bar) => countTicked(bar.closest("form")));
    all("[data-conditions]", root).forEach(addPicker);
    all("[data-left]", root).forEach(startCount);
  };
  document.addEventListener("click", (event) => {
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier);
    if (event.target.closest("[data-help]")) help();
    const dropped = event.target.closest("[data-dismiss]");
    if (dropped) {
      event.preventDefault();
      dropped.closest(".toast").remove();
    }
    all(".menu[open]").filter((menu) => !menu.contains(event.target)).forEach((menu) => { menu.open = false; });
  });
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (submitter?.dataset.ask && !submitter.dataset.asked) {
      event.preventDefault();
      ask(submitter);
    } else if (form.matches("[data-theme-form]") && submitter) {
      event.preventDefault();
      chooseTheme(form, submitter);
    }
  });
  document.addEventListener("change", ({ target }) => {
    const form = target.form;
    if (!form || !target.closest(".tick-cell")) return;
    if (target.matches("[data-tick-all]")) boxesOf(form).forEach((box) => { box.checked = target.checked; });
    countTicked(form);
  });
  document.addEventListener("keydown", press);
  dress(document);
  fillZones();
  if (document.querySelector("[data-end]")) setInterval(countDown, 1000);
  document.querySelector("[data-focus]")?.focus();
  all("[data-live]").forEach((part) => ("now" in part.dataset ? fetchNow(part) : watch(part)));
  all("[data-leaves]").forEach((note) => leave(note, 8000));
})();
