import {el, icon} from '../core/dom.js';
import {said} from '../core/form.js';
import {size, t} from '../core/i18n.js';
import {certificateFacts} from './words.js';

const PICTURES = {fine: 'check', warning: 'warning', failure: 'close'};

/**
 * What trying a server came to (a Report of MaildropJob), in words.
 *
 * @param {Object} report
 * @param {{kind: 'pop3'|'submission', isPinned: boolean, onpin: function(Object)}} options whether one certificate alone
 *   was to be believed; `onpin` is offered for one that is not believed, and is given it.
 */
export function reportView(report, {kind, isPinned, onpin}) {
  const verdict = report.succeeded ? 'works' : 'fails';
  const telling = report.findings.filter(({severity}) => severity !== 'fine');
  return el('section.report', {},
    el('h2', {}, icon(report.succeeded ? 'check' : 'warning'), ' ', t(`settings.report.${kind}.${verdict}`)),
    report.messages !== null && el('p', {}, t('settings.report.holds', {count: report.messages, size: size(report.octets ?? 0)})),
    telling.length > 0 && findings(telling),
    certificateView(report, isPinned, onpin),
    el('details', {}, el('summary', {}, t('settings.report.all')), findings(report.findings)));
}

function findings(list) {
  return el('ul.findings', {}, list.map(({severity, step, description, advice}) => el(`li.is-${severity}`, {},
    icon(PICTURES[severity]),
    el('div', {}, el('strong', {}, t(`settings.report.severity.${severity}`, {step: t(`settings.step.${step}`)})), ' ', said(description),
      advice && el('p', {}, said(advice))))));
}

/** Whether the server showed who it says it is, and nothing proves it. */
export const isDisbelieved = (report) => report.certificates.length > 0 &&
  report.findings.some(({severity, step}) => severity === 'failure' && step === 'tls');

function certificateView(report, isPinned, onpin) {
  const [certificate] = report.certificates;
  if (!certificate) return null;
  const isOpen = isDisbelieved(report);
  return el('details.certificate', {open: isOpen},
    el('summary', {}, t(`settings.certificate.${isOpen ? 'disbelieved' : isPinned ? 'pinned' : 'believed'}`, {version: report.tlsVersion ?? 'TLS'})),
    certificateFacts(certificate),
    isOpen && el('div', {}, el('p', {}, t('settings.certificate.whenToPin')),
      el('button', {type: 'button', onclick: () => onpin(certificate)}, t('settings.certificate.pin'))));
}
