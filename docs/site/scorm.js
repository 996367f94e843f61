// Tells a learning platform, by SCORM 1.2, that a lesson was opened and read to its end, and where its reader stopped.
// Outside of a platform it does nothing.
(() => {
  const findApi = () => {
    for (let start of [window, window.opener]) {
      for (let steps = 0; start && steps < 8; steps += 1) {
        try {
          if (start.API) return start.API;
        } catch (denied) {
          break; // a frame of another origin
        }
        if (start === start.parent) break;
        start = start.parent;
      }
    }
    return null;
  };
  const api = findApi();
  if (!api || String(api.LMSInitialize("")) !== "true") return;

  const began = Date.now();
  const done = ["completed", "passed"];
  const keep = (name, value) => api.LMSSetValue(name, value);
  if (!done.includes(api.LMSGetValue("cmi.core.lesson_status"))) keep("cmi.core.lesson_status", "incomplete");
  api.LMSCommit("");

  const span = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    const two = (number) => String(number).padStart(2, "0");
    return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.classList.add("in-platform"); // site.css hides the way to other pages
    const place = api.LMSGetValue("cmi.core.lesson_location");
    const known = place && document.getElementById(place);
    if (known) known.scrollIntoView();

    const headings = [...document.querySelectorAll("article section[id]")];
    const end = document.createElement("div"); // below the lesson's last line
    document.querySelector("article").append(end);
    new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      keep("cmi.core.lesson_status", "completed");
      api.LMSCommit("");
    }).observe(end);

    let open = true;
    window.addEventListener("pagehide", () => {
      if (!open) return;
      open = false;
      const above = headings.filter((one) => one.getBoundingClientRect().top <= 100);
      if (above.length) keep("cmi.core.lesson_location", above[above.length - 1].id);
      keep("cmi.core.session_time", span());
      keep("cmi.core.exit", "suspend");
      api.LMSCommit("");
      api.LMSFinish("");
    });
  });
})();
