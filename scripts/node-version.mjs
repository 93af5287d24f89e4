/** One clear line on a Node that is too old, before anything else can fail in a way that explains nothing. */
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Perpdeck needs Node 20.19 or newer and this is ${process.versions.node}: install Node 24 LTS and start again.`,
  );
  process.exit(1);
}
