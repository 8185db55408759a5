/* Starts reveal.js on a deck. All slides lie in one row, so that every arrow leads on. */

Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  hash: true, // the address names the slide, so that a reload stays there
  navigationMode: "linear",
  slideNumber: "c/t",
  transition: "none",
  backgroundTransition: "none",
  pdfSeparateFragments: false, // with ?print-pdf behind the address: one page a slide
  plugins: [RevealNotes],
});
