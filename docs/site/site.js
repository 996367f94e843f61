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

// What opens the theme's menus is a button (conf.py makes it one), so that the keyboard reaches it. Escape shuts a menu.
for (const [name, drawer] of [["__navigation", ".sidebar-drawer"], ["__toc", ".toc-drawer"]]) {
  const box = document.getElementById(name);
  const buttons = [...document.querySelectorAll(`button[data-menu=${name}]`)];
  buttons.forEach(button => button.addEventListener("click", () => box.click()));
  box?.addEventListener("change", () => {
    buttons.forEach(button => { button.ariaExpanded = String(box.checked); });
    if (box.checked) document.querySelector(`${drawer} a`)?.focus();
  });
  addEventListener("keydown", event => {
    if (event.key != "Escape" || !box?.checked) return;
    box.click();
    buttons.find(button => button.checkVisibility())?.focus();
  });
}
