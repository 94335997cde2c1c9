// What bundlers emit for modules that are initialised late: exports that are assigned after the module has run.
/** @type {(new () => { greet(): string }) | undefined} */
var Widget;
var ready = false;

function init() {
  Widget = class Widget {
    greet() {
      return 'hello';
    }
  };
  ready = true;
}

export { init, ready, Widget };
