import {
  booksHoldWhatRests,
  everyTradeFillsTwoOrders,
  positionsAreSumsOfTrades,
  tradesAreThoseOfAPlainBook,
} from './invariants/market';
import { everyCompletedOrderIsChargedOnce, exposureIsWhatIsOpen, postingsBalance } from './invariants/money';
import {
  analyticsCountEachEventOnce,
  deadLettersAreWhatHadToBeRefused,
  statementsHaveEachLineOnce,
  theArchiveHasNoHole,
  timelinesTellEachEventOnce,
} from './invariants/records';
import {
  everyApprovedOrderIsCommandedOnce,
  everyOrderEndsOnce,
  everyOrderSettles,
  everyOutcomeIsOneThatWasToBe,
  everyRepeatIsTheSame,
  nothingIsLeftToDo,
} from './invariants/settled';
import { onlyTheShortWait, stockIsConserved } from './invariants/stock';
import type { Invariant } from './picture';

/** What holds of a system at rest, whatever died on the way there. */
export const invariants: Readonly<Record<string, Invariant>> = {
  'every acknowledged order comes to a final or a resting status': everyOrderSettles,
  'every order comes to what had to become of it': everyOutcomeIsOneThatWasToBe,
  'every order ends once': everyOrderEndsOnce,
  'every approved order is commanded, and no other': everyApprovedOrderIsCommandedOnce,
  'every repeat of an event is the same byte by byte': everyRepeatIsTheSame,
  'nothing is left to do': nothingIsLeftToDo,
  'postings sum to zero': postingsBalance,
  'every completed order is charged once, and no other': everyCompletedOrderIsChargedOnce,
  'exposure is what the open orders come to': exposureIsWhatIsOpen,
  'stock is conserved': stockIsConserved,
  'only those wait who are short': onlyTheShortWait,
  'trades are those of a plain book, numbered without a gap': tradesAreThoseOfAPlainBook,
  'books hold what rests': booksHoldWhatRests,
  'every trade fills two orders within their limits': everyTradeFillsTwoOrders,
  'positions are sums of trades': positionsAreSumsOfTrades,
  'timelines tell each event once': timelinesTellEachEventOnce,
  'analytics count each event once': analyticsCountEachEventOnce,
  'statements have each line once': statementsHaveEachLineOnce,
  'the archive has no hole': theArchiveHasNoHole,
  'dead letters are what had to be refused': deadLettersAreWhatHadToBeRefused,
};
