/**
 * What a test reads has no colours, whatever the terminal or the CI system asks for: some set `FORCE_COLOR`, and jest tells its
 * workers. What it prints is about the project: not which Node the AWS SDK will ask for.
 */
delete process.env.FORCE_COLOR;
process.env.NO_COLOR = '1';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
