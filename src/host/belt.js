// The second belt. No line of ours panics (lints see to it), but a crate below may, and memory may run out. A panic
// leaves its Wasm where it stood: what waits for it would wait for ever, and its caller too. The `worker` crate
// marks the instance as dead and makes a new one at the next call. Here all calls that are under way are ended:
// an object's with an error, which the Worker that asked takes for "not durable"; the Worker's with a 503, after
// which platforms and agents try again. What an object wrote in the transaction of its panic, the runtime undoes.
const belted = (() => {
  class Ended extends Error {}
  const underWay = new Set();
  let dead = false;
  Object.defineProperty(globalThis.__worker_init_state, 'criticalError', {
    get: () => dead,
    set(is) {
      dead = is;
      if (!is) return;
      const ends = [...underWay];
      console.log(JSON.stringify({ event: 'failed', what: 'panic', why: `${ends.length} calls ended` }));
      underWay.clear();
      for (const end of ends) end(new Ended('a panic ended this call'));
    },
  });

  const UNAVAILABLE = JSON.stringify({
    type: 'about:blank', title: 'Service Unavailable', status: 503, code: 'unavailable',
    detail: 'something failed inside; send it again: what was done already is not done twice',
  });
  const unavailable = (why) => {
    if (!(why instanceof Ended)) throw why;
    const headers = { 'content-type': 'application/problem+json', 'retry-after': '1' };
    return new Response(UNAVAILABLE, { status: 503, headers });
  };

  // A call of a method, which ends with its Wasm.
  const watched = (method, made, given) => new Promise((resolve, reject) => {
    underWay.add(reject);
    const done = (settle) => (what) => {
      underWay.delete(reject);
      settle(what);
    };
    const failed = (why) => {
      // A trap that no panic hook saw: memory or stack ran out.
      if (why instanceof WebAssembly.RuntimeError) globalThis.__worker_init_state.criticalError = true;
      done(reject)(why);
    };
    try {
      Promise.resolve(method.apply(made, given)).then(done(resolve), failed);
    } catch (why) {
      failed(why);
    }
  });

  // An exported class whose calls end with their Wasm; one that takes no requests, as it is.
  return (made, name) => {
    const methods = ['fetch', 'alarm', 'webSocketMessage', 'webSocketClose', 'webSocketError'];
    const has = methods.filter((method) => typeof made.prototype?.[method] === 'function');
    if (!has.includes('fetch')) return made;
    const Belted = class extends made {};
    for (const method of has) {
      const inner = made.prototype[method];
      Belted.prototype[method] = function (...given) {
        const said = watched(inner, this, given);
        return name === 'default' ? said.catch(unavailable) : said;
      };
    }
    return Belted;
  };
})();
