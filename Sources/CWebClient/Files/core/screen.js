/** Below this width one pane is shown at a time, and what lies over the page fills it (the style sheets know it too). */
export const ONE_PANE = matchMedia('(max-width: 45rem)');
