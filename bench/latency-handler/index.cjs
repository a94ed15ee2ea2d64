/** Keeps how long each record took from its producer's clock (the value, in ns) to this handler; a record `report` prints them. */
const times = [];

exports.handler = async (event) => {
  const now = process.hrtime.bigint();
  for (const record of Object.values(event.records).flat()) {
    const value = Buffer.from(record.value, 'base64').toString();
    if (value === 'report') console.log(JSON.stringify({ ms: times.splice(0) }));
    else times.push(Number(now - BigInt(value)) / 1e6);
  }
};
