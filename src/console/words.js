// The words of the API in plain English. A test holds these lists to the Worker's own.

export const KINDS = ['complaint', 'question', 'praise', 'spam', 'attack', 'news', 'other'];

export const SITUATIONS = [
  'stuck', 'delayed', 'cancelled', 'missed', 'left_behind', 'no_access', 'lost_property', 'medicine', 'locked_account',
  'locked_place', 'card_blocked', 'charged_wrongly', 'money_missing', 'refund', 'fraud', 'parcel_missing', 'parcel_wrong',
  'no_service', 'device', 'booking_wrong', 'asked_in_vain', 'staff', 'discrimination', 'unclean', 'home_damage',
  'data_exposed', 'cannot_cancel', 'event_at_risk', 'deadline_question',
];

export const DANGERS = [
  'fire', 'gas', 'electric', 'collapse', 'poison', 'medicine', 'trapped', 'child', 'violence', 'driving', 'crowd', 'despair', 'theft',
];

export const PLATFORMS = [
  'facebook', 'messenger', 'instagram', 'whatsapp', 'threads', 'x', 'discourse', 'telegram', 'mastodon', 'slack', 'line',
  'linkedin', 'viber', 'bluesky', 'zendesk', 'tiktok', 'standard',
];

export const LEVELS = ['Can wait', 'Routine', 'Urgent', 'Emergency'];

export const STATES = { waiting: 'Waiting', leased: 'Held', done: 'Ended', dead: 'Given up' };

export const PRESENCE = { available: 'Available', away: 'Away', wrap_up: 'Wrap-up', offline: 'Offline' };

export const ACKS = {
  planned: 'About to be sent', sending: 'Being sent', sent: 'Sent', refused: 'Refused by the platform',
  unknown: 'May have arrived', withdrawn: 'Withdrawn', dry_run: 'Not sent: dry run',
};

export const PROMISES = {
  open: 'Open', at_risk: 'At risk', broken: 'Broken', kept: 'Kept', late: 'Kept late', unanswered: 'Ended unanswered', void: 'Void',
};

/** A word of the API as people write it: `left_behind` is "left behind". */
export const plain = (word) => String(word ?? '').replaceAll('_', ' ');

/** With a capital at the beginning. */
export function capital(word) {
  const text = plain(word);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What an alarm says. */
export function alarm(one) {
  const n = one.n ?? 0;
  const things = n === 1 ? '1 interaction' : `${n} interactions`;
  switch (one.what) {
    case 'credential': return `${one.source}: the platform refuses its credential (${one.why}); ${one.stopped} notes did not leave`;
    case 'dead': return `${things} given up: too many leases ran out`;
    case 'emergency_overdue': return `${n === 1 ? '1 emergency is' : `${n} emergencies are`} unanswered past the deadline`;
    case 'promise_broken': return `${n === 1 ? '1 promise is' : `${n} promises are`} broken: nobody has answered in the time we told`;
    case 'unclaimable': return `${things} of ${one.workgroup}, a workgroup that no source names: nobody can claim them`;
    case 'unserved': return `${things} of ${one.workgroup} that nobody present can take${one.lang ? `, in ${one.lang}` : ''}${one.skills?.length ? `, which need ${one.skills.join(', ')}` : ''}`;
    case 'filling': return `The queue's storage is ${one.percent} % full`;
    default: return `${capital(one.what)}${n ? `: ${n}` : ''}`;
  }
}
