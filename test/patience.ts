/** On a machine that others load too a test that hangs is ended, one that is slow is not. */
jest.setTimeout(60_000);
