"""A network learns in JupyterLab: buttons, keys, names, themes, a narrow window, the end."""

CALLS = ["LiveTraining(speed=20, epochs=1)"]
_STICKING = """view => { const edge = view.getBoundingClientRect().right + 1;
    return [...view.querySelectorAll('*')].filter((it) => it.getBoundingClientRect().right > edge)
      .map((it) => it.className); }"""
_STEP = "document.querySelector('.cv-training .cv-count').textContent"


def test_a_network_is_trained_stepped_changed_and_closed(lab, shown):
    cell = lab.cell(shown, 1)
    view = cell.locator(".cv-training")
    view.wait_for()
    count = view.locator(".cv-count")
    assert count.inner_text() == "step 0 of 45, epoch 1"

    view.get_by_label("one step").focus()
    shown.keyboard.press("Enter")
    shown.wait_for_function(f"{_STEP}.startsWith('step 1 ')")
    rate = view.get_by_label("learning rate")
    rate.focus()
    shown.keyboard.press("ArrowRight")
    shown.wait_for_function(
        "document.querySelector('.cv-training input').getAttribute('aria-valuetext') === '0.05'"
    )
    painted = "all => all.map((it) => it.getContext('2d').getImageData(0, 0, it.width, it.height).data.join())"
    before = view.locator(".cv-strip canvas").evaluate_all(painted)
    view.get_by_label("train", exact=True).click()
    view.get_by_label("pause", exact=True).wait_for()
    shown.wait_for_function(f"Number({_STEP}.split(' ')[1]) > 5")
    view.get_by_label("pause", exact=True).click()
    view.get_by_label("train", exact=True).wait_for()
    after = view.locator(".cv-strip canvas").evaluate_all(painted)
    assert after[0] == before[0] and after[1] != before[1] and after[2] != before[2]

    wrong = view.locator(".cv-wrong button").first
    named = wrong.get_attribute("aria-label")
    assert named.endswith(": show its maps")
    wrong.click()
    shown.wait_for_function(
        "name => document.querySelector('.cv-strips .cv-label').textContent.endsWith(name)",
        arg=f"a {named[0]}",
    )
    chosen = view.get_by_label("picture", exact=True).evaluate("it => it.selectedOptions[0].text")
    assert chosen in (f"a {named[0]}", "one of the wrong")
    unnamed = "all => all.filter((it) => !it.ariaLabel).map((it) => it.outerHTML)"
    assert view.locator("canvas, [role='img'], button, input, select").evaluate_all(unnamed) == []

    shown.set_viewport_size({"width": 360, "height": 900})
    assert view.evaluate(_STICKING) == []
    paper = "it => getComputedStyle(it).backgroundColor"
    assert view.evaluate(paper) == "rgb(255, 255, 255)"
    lab.theme(shown, "dark")
    assert view.evaluate(paper) != "rgb(255, 255, 255)"
    shown.set_viewport_size({"width": 1280, "height": 1000})

    view.get_by_label("train", exact=True).click()
    view.get_by_label("pause", exact=True).wait_for()
    shown.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    view.wait_for(state="detached")
    paused = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"
    reply = shown.evaluate(
        f"""async () => {{ let text = '';
            const done = {paused}.requestExecute({{code: `
from convviz.widgets import LiveTraining
from ipywidgets.widgets.widget import _instances
print([it.running for it in _instances.values() if isinstance(it, LiveTraining)])`}});
            done.onIOPub = (message) => {{ text += message.content.text ?? ''; }};
            await done.done;
            return text; }}"""
    )
    assert reply == "[False]\n"
