// The page that frames this one is told how high it is, whenever that changes.
if (parent !== window) {
  const page = document.documentElement;
  new ResizeObserver(() => {
    const height = Math.ceil(page.getBoundingClientRect().height);
    parent.postMessage({ type: "hanmi:height", height }, "*");
  }).observe(page);
}
