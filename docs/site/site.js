// A box that scrolls sideways can be reached and scrolled with the keyboard.
const boxes = ".cell_output .output, .formula, .table-wrapper, pre, .toc-scroll, .sidebar-scroll";
function reach() {
  for (const box of document.querySelectorAll(boxes)) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls) box.setAttribute("tabindex", "0"); else box.removeAttribute("tabindex");
  }
}
addEventListener("load", reach);
addEventListener("resize", reach);
document.addEventListener("toggle", reach, true);
