/**
 * What lies over the page on a phone is closed by the way back there (a gesture, a button, Escape), before the page itself goes
 * back; where the browser knows of that (CloseWatcher). Dialogs and menus have it by themselves.
 * @param {function(): Promise<boolean>|boolean|void} close false: it stays open, and is asked again.
 * @returns {function()} ends it.
 */
export function closedByBack(close) {
  if (!window.CloseWatcher) return () => {};
  let watcher = null;
  const watch = () => {
    watcher = new CloseWatcher();
    watcher.onclose = async () => {
      watcher = null;
      if (await close() === false) watch();
    };
  };
  watch();
  return () => watcher?.destroy();
}
