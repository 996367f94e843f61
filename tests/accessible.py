"""What tests of pages in a real browser ask of everybody's access: axe's rules, the keyboard's way, a narrow window."""

from axe_playwright_python.base import AXE_SCRIPT
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
TAGS = (*WCAG, "best-practice")
RUN = """
const [within, tags, done] = arguments;
axe.run(within || document, {runOnly: tags, resultTypes: ["violations"]})
    .then(found => done(found.violations), error => done([{id: "axe", help: String(error), nodes: []}]));
"""
USABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
# What a person who has no mouse has to reach: all that can be used, and all that scrolls.
TO_REACH = f"""
const scrolls = e => ["auto", "scroll"].some(kind => [getComputedStyle(e).overflowX, getComputedStyle(e).overflowY]
    .includes(kind)) && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
return [...document.body.querySelectorAll("*")].filter(e => e.checkVisibility({{visibilityProperty: true}}) &&
    !e.disabled && (e.matches("{USABLE}") || scrolls(e)));
"""
FOCUS = """
const e = document.activeElement, look = getComputedStyle(e);
return [e, look.outlineStyle == "auto" || look.outlineStyle != "none" && parseFloat(look.outlineWidth) >= 2];
"""
WIDTHS = "return [document.documentElement.scrollWidth, innerWidth]"


def shown(driver, theme: str = "light", width: int = 1300) -> None:
    """Let the browser show its pages in a theme, `light` or `dark`, and a width, without anything that moves."""
    size = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": width == 400}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = {"prefers-color-scheme": theme, "prefers-reduced-motion": "reduce"}
    features = [{"name": name, "value": value} for name, value in features.items()]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def violations(driver, tags=TAGS, within: str | None = None) -> list[str]:
    """What axe finds in the page, or in what the selector `within` names: rule, selector and axe's own sentence, a line
    each."""
    driver.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    if not driver.execute_script("return typeof axe == 'object'"):
        driver.execute_script(AXE_SCRIPT)
    found = driver.execute_async_script(RUN, within, list(tags))
    lines = []
    for one in found:
        lines += [
            f"{one['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}" for node in one["nodes"]
        ]
        lines += [] if one["nodes"] else [f"{one['id']}: {one['help']}"]
    return lines


def out_of_reach(driver) -> list[str]:
    """What can be used or scrolled and Tab does not come to, or comes to without a ring to be seen."""
    driver.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    wanted = driver.execute_script(TO_REACH)
    name = lambda element: element.get_attribute("outerHTML")[:120]
    driver.execute_script("document.activeElement.blur(); scrollTo(0, 0)")
    met, faint = set(), []
    for _ in range(len(wanted) + 5):
        ActionChains(driver).send_keys(Keys.TAB).perform()
        element, ringed = driver.execute_script(FOCUS)
        if element in met:
            break
        met.add(element)
        if element in wanted and not ringed:
            faint.append(f"no ring: {name(element)}")
    return faint + [f"not reached: {name(element)}" for element in wanted if element not in met]


def barriers(driver, theme: str, width: int) -> list[str]:
    """All of it for the page that is open: axe's findings, and what is wider than the window."""
    shown(driver, theme, width)
    wide, there = driver.execute_script(WIDTHS)
    return violations(driver) + ([f"{wide} px of contents in {there} px"] if wide > there else [])
