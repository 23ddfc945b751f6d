// A form of several parts as tabs, its rows added and removed in place, and its preview beside it. Without this file
// the parts stand under each other and every button asks the server for the whole page.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const PAUSE = 300;

  // Tabs: the links to the parts become what shows one of them --------------------------------------
  const tabsOf = (form) => {
    const nav = form.querySelector(".tabs");
    const tabs = all("a", nav);
    const panels = tabs.map((tab) => form.querySelector(tab.hash));
    const [back, next] = ["-1", "1"].map((step) => form.querySelector(`[data-step="${step}"]`));
    const save = form.querySelector("[data-save]");
    const field = form.elements.namedItem("step");
    let open = 0;
    const show = (place) => {
      open = place;
      tabs.forEach((tab, each) => {
        tab.setAttribute("aria-selected", String(each === place));
        tab.tabIndex = each === place ? 0 : -1;
        panels[each].hidden = each !== place;
      });
      tabs[place].scrollIntoView?.({ block: "nearest", inline: "nearest" });
      field.value = panels[place].id;
      if (!save) return;
      const isLast = place === tabs.length - 1;
      back.hidden = place === 0;
      next.hidden = isLast;
      save.hidden = "saveLast" in form.dataset && !isLast;
      next.classList.toggle("primary", save.hidden);
    };
    const go = (place) => {
      show((place + tabs.length) % tabs.length);
      tabs[open].focus();
    };
    const reveal = (element) => {
      const place = panels.findIndex((panel) => panel.contains(element));
      if (place >= 0 && place !== open) show(place);
    };
    nav.querySelector("ul").setAttribute("role", "tablist");
    nav.querySelector("ul").setAttribute("aria-label", nav.getAttribute("aria-label"));
    all("li", nav).forEach((each) => each.setAttribute("role", "presentation"));
    tabs.forEach((tab, place) => {
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panels[place].id);
      panels[place].setAttribute("role", "tabpanel");
      panels[place].setAttribute("aria-labelledby", tab.id);
      panels[place].querySelector("h2").classList.add("visually-hidden");
      tab.addEventListener("click", (event) => {
        event.preventDefault();
        show(place);
      });
    });
    nav.addEventListener("keydown", (event) => {
      const place = { ArrowRight: open + 1, ArrowLeft: open - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (place === undefined) return;
      event.preventDefault();
      go(place);
    });
    [back, next].filter(Boolean).forEach((button) => button.addEventListener("click", () => go(open + Number(button.dataset.step))));
    // A field that the browser or the page complains of is shown first.
    form.addEventListener("invalid", (event) => reveal(event.target), true);
    form.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#field-']");
      const target = link && document.getElementById(link.hash.slice(1));
      if (target) reveal(target);
    });
    const named = panels.findIndex((panel) => "#" + panel.id === location.hash);
    const asked = panels.findIndex((panel) => panel.id === form.dataset.steps);
    show(named >= 0 ? named : Math.max(asked, 0));
  };

  // The preview follows every change ----------------------------------------------------------------
  const send = (url, form, submitter, signal) => {
    const body = new URLSearchParams(new FormData(form, submitter));
    return fetch(url, { method: "POST", body, signal, headers: { accept: "text/html" }, redirect: "error" });
  };
  const previewOf = (form) => {
    const place = form.querySelector("#preview");
    let waiting = 0;
    let asked = new AbortController();
    const ask = async () => {
      asked.abort();
      asked = new AbortController();
      try {
        const answer = await send(form.dataset.preview, form, null, asked.signal);
        if (!answer.ok) throw new Error(String(answer.status));
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        place.replaceChildren(...page.body.childNodes);
        place.toggleAttribute("data-stale", false);
      } catch (error) {
        if (error.name !== "AbortError") place.toggleAttribute("data-stale", true);
      }
    };
    const later = () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, PAUSE);
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    return later;
  };

  // Rows come and go where they stand ---------------------------------------------------------------
  const rowsOf = (form, changed) => form.addEventListener("submit", async (event) => {
    const { submitter } = event;
    const rows = ["add", "move"].includes(submitter?.name) ? submitter.value.split("[")[0] : "";
    const group = rows && document.getElementById(rows);
    if (!group) return;
    event.preventDefault();
    try {
      // Not `form.action`: a field of that name stands in its place.
      const answer = await send(form.getAttribute("action"), form, submitter);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(rows);
      if (!fresh) throw new Error("the answer has no " + rows);
      group.replaceWith(fresh);
      const last = all(".term", fresh).at(-1)?.querySelector("select, input");
      (submitter.name === "add" ? last : fresh.querySelector("[name=add]"))?.focus();
      changed();
    } catch {
      // As without a script: the server shows the whole page.
      const asked = Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value });
      form.append(asked);
      form.submit();
    }
  });

  // A long list of boxes is searched ----------------------------------------------------------------
  const searchOf = (field) => {
    const boxes = all(".check", field.parentElement);
    field.hidden = false;
    field.addEventListener("input", (event) => {
      event.stopPropagation();
      const typed = field.value.trim().toLowerCase();
      boxes.forEach((box) => { box.hidden = !box.textContent.toLowerCase().includes(typed) && !box.querySelector(":checked"); });
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  };

  for (const form of all("form[data-steps]")) {
    tabsOf(form);
    rowsOf(form, previewOf(form));
    all("[data-pick]", form).forEach(searchOf);
    all("[data-unscripted]", form).forEach((each) => { each.hidden = true; });
  }
})();
