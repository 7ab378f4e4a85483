import {el, icon, iconButton} from '../core/dom.js';
import {t} from '../core/i18n.js';

/**
 * What stands above the list: the view's name and size, or how much is chosen and what can be done to it.
 * @param {import('./mail.js').MailPage} page
 * @param {import('./list-pane.js').ListPane} pane
 */
export function toolbar(page, pane) {
  const {selection} = pane;
  return selection.isEmpty ? heading(page, pane) : commands(page, pane);
}

const key = (name) => ({dataset: {key: name}});

function heading(page, pane) {
  const {total} = pane.list;
  return [
    iconButton('menu', t('mail.folders'), () => page.toggleTree(), {...key('menu')}),
    iconButton('check', t('mail.chooseAll'), () => pane.chooseAll(), {...key('all'), disabled: !total}),
    el('h1', {}, page.view.title),
    total > 0 && el('span.list-total', {}, t('mail.conversations', {count: total})),
    el('button.primary.icon-button.compose-here', {type: 'button', 'aria-label': t('mail.compose'), title: t('mail.compose'), onclick: () => page.compose(), ...key('compose')}, icon('compose')),
  ];
}

function commands(page, pane) {
  const {selection, list} = pane;
  const {triage, view} = page;
  const count = selection.count(list.total);
  const offersAll = !selection.isWhole && list.total > count;
  const isAway = view.role === 'trash' || view.role === 'junk';
  return [
    el('h1.visually-hidden', {}, view.title),
    iconButton('close', t('mail.chooseNone'), () => { selection.clear(); pane.focus(); }, key('all')),
    offersAll && iconButton('check', t(view.isSearch ? 'mail.chooseSearch' : 'mail.chooseWhole', {count: list.total}), () => selection.whole(), key('whole')),
    el('span.list-chosen', {role: 'status'}, t(selection.isWhole ? (view.isSearch ? 'mail.chosenSearch' : 'mail.chosenWhole') : 'mail.chosen', {count})),
    el('div.list-commands', {role: 'group', 'aria-label': t('mail.commands')},
      view.role === 'snoozed' && iconButton('inbox', t('mail.unsnooze'), () => triage.unsnooze(), key('unsnooze')),
      view.role === 'trash' && iconButton('inbox', t('mail.restore'), () => triage.restore(), key('restore')),
      !isAway && view.role !== 'archive' && iconButton('archive', t('mail.archive'), () => triage.archive(), key('archive')),
      iconButton('trash', t(view.role === 'trash' ? 'mail.destroy' : 'mail.trash'), () => triage.trash(), key('trash')),
      view.role !== 'trash' && iconButton('junk', t(view.role === 'junk' ? 'mail.notJunk' : 'mail.junk'), () => triage.junk(), key('junk')),
      iconButton('read', t('mail.markRead'), () => triage.read(true), key('read')),
      iconButton('unread', t('mail.markUnread'), () => triage.read(false), key('unread')),
      iconButton('star', t('mail.star'), () => triage.star(), key('star')),
      iconButton('label', t('mail.labels'), () => triage.label(), key('label')),
      !isAway && iconButton('clock', t('mail.snooze'), () => triage.snooze(), key('snooze')),
      iconButton('move', t('mail.move'), () => triage.moveTo(), key('move'))),
  ];
}
