/** What a test reads has no colours, whatever the terminal or the CI system asks for: some set `FORCE_COLOR`, and jest tells its workers. */
delete process.env.FORCE_COLOR;
process.env.NO_COLOR = '1';
