/** Real engines on a shared machine: a test that hangs is ended, one that is slow is not. */
jest.setTimeout(60_000);
