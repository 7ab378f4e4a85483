// Finds what a person would point at, in the page or in the document of a frame that has no script. Called with
// {css, role, name, within, frame, place}; answers {count, place: null | {x, y, isEnabled, isHit, text, value, …}}.
(query) => {
  const ROLES = {
    button: 'button, [role=button], input[type=submit], input[type=button], summary',
    link: 'a[href], [role=link]',
    field: 'input:not([type=hidden], [type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable=""], '
      + '[contenteditable=true], [contenteditable=plaintext-only], [role=textbox], [role=searchbox], [role=combobox]',
    checkbox: 'input[type=checkbox], [role=checkbox], [role=switch]',
    radio: 'input[type=radio], [role=radio]',
    option: 'option, [role=option]',
    tab: '[role=tab]',
    menuitem: '[role=menuitem], [role=menuitemradio], [role=menuitemcheckbox]',
    treeitem: '[role=treeitem]',
    row: 'tr, [role=row]',
    heading: 'h1, h2, h3, h4, h5, h6, [role=heading]',
    dialog: 'dialog[open], [role=dialog], [role=alertdialog]',
    listbox: '[role=listbox], select[size]',
    anything: '*',
  };
  const tidy = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
  const named = (element) => {
    const by = element.getAttribute('aria-labelledby');
    if (by) return by.split(/\s+/).map((id) => element.ownerDocument.getElementById(id)?.textContent ?? '').join(' ');
    return element.getAttribute('aria-label') || [...(element.labels ?? [])].map(labelText).join(' ') || element.alt
      || (element.tagName === 'INPUT' && /submit|button/.test(element.type) && element.value)
      || element.innerText || element.textContent || element.title || element.placeholder;
  };
  // A label around its field says what stands in it beside the field's own choices.
  const labelText = (label) => [...label.childNodes].filter((node) => !node.matches?.('select, textarea')).map((node) => node.textContent).join('');
  const isShown = (element) => element.checkVisibility({visibilityProperty: true}) && element.getClientRects().length > 0;
  const own = (element) => element.tagName === 'OPTION' || isShown(element);

  const frame = query.frame && document.querySelector(query.frame);
  if (query.frame && !frame?.contentDocument) return {count: 0, place: null};
  const root = frame ? frame.contentDocument : document;
  let scopes = [root];
  for (const css of query.within ?? []) scopes = scopes.flatMap((scope) => [...scope.querySelectorAll(css)].filter(isShown));
  const selector = query.css ?? ROLES[query.role];
  let found = [...new Set(scopes.flatMap((scope) => [...scope.querySelectorAll(selector)]))].filter(own);
  if (query.name !== undefined && query.name !== null) {
    const wanted = tidy(query.name);
    const exact = found.filter((element) => tidy(named(element)) === wanted);
    found = exact.length ? exact : found.filter((element) => tidy(named(element)).includes(wanted));
    // The innermost: what holds it is named by it too.
    found = found.filter((element) => !found.some((other) => other !== element && element.contains(other)));
  }
  const element = found.at(query.place ?? 0);
  if (!element) return {count: found.length, place: null};
  if (query.act === 'texts') return {count: found.length, place: {texts: found.map((each) => tidy(each.innerText ?? each.textContent))}};
  if (query.act === 'focus') element.focus();
  if (query.act === 'point') element.scrollIntoView({block: 'nearest', inline: 'nearest', behavior: 'instant'});
  const box = [...element.getClientRects()].find((rect) => rect.width && rect.height) ?? element.getBoundingClientRect();
  let [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const hit = root.elementFromPoint(x, y);
  const isHit = hit !== null && (element.contains(hit) || hit.contains(element) || [...(element.labels ?? [])].some((label) => label.contains(hit)));
  if (frame) {
    const outer = frame.getBoundingClientRect();
    x += outer.left + frame.clientLeft;
    y += outer.top + frame.clientTop;
  }
  return {count: found.length, place: {
    x, y, isHit, isEnabled: !element.disabled && element.getAttribute('aria-disabled') !== 'true',
    isFocused: root.activeElement === element, text: tidy(element.innerText ?? element.textContent), name: tidy(named(element)),
    value: element.value ?? null, isChecked: element.checked ?? element.getAttribute('aria-checked') === 'true',
    isSelected: element.getAttribute('aria-selected') === 'true', isCurrent: element.hasAttribute('aria-current'),
    width: box.width, height: box.height, classes: [...element.classList], href: element.getAttribute('href'),
  }};
}
