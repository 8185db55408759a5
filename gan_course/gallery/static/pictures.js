/** Pictures on canvases: frames cut out of sheets, their pixels kept square, as large as there is room. */
(function (gan) {
  "use strict";

  /**
   * Loads pictures, each once.
   * @param {function} onLoad called whenever one has come.
   * @returns {function(string): HTMLImageElement} the picture at an address.
   */
  gan.loader = function (onLoad) {
    const images = new Map();
    return function (address) {
      if (!images.has(address)) {
        const image = new Image();
        image.onload = () => image.decode().then(onLoad, onLoad);
        image.src = address;
        images.set(address, image);
      }
      return images.get(address);
    };
  };

  /** Where each of `count` frames lies on a sheet: [{image, x, y, width, height}]. */
  gan.cut = function (image, count, columns, width, height) {
    return Array.from({ length: count }, (_, k) => {
      return { image, x: (k % columns) * width, y: Math.floor(k / columns) * height, width, height };
    });
  };

  /** All frames of a recording, in order over its sheets. */
  gan.frames = function (recording, base, load) {
    const { sheets, width, height } = recording.frames;
    return sheets.flatMap((sheet) =>
      gan.cut(load(gan.address(base, sheet.file)), sheet.count, sheet.columns, width, height),
    );
  };

  /** A part of a place: cell `index` of its grid. */
  gan.cell = function (place, grid, index) {
    const x = place.x + (index % grid.columns) * (grid.cell_width + grid.gap);
    const y = place.y + Math.floor(index / grid.columns) * (grid.cell_height + grid.gap);
    return { image: place.image, x, y, width: grid.cell_width, height: grid.cell_height };
  };

  /** Draw a place over the whole canvas; false, and the canvas as it was, while its picture has not come. */
  gan.paint = function (canvas, place) {
    if (!place || !place.image.complete || !place.image.naturalWidth) return false;
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(place.image, place.x, place.y, place.width, place.height, 0, 0, canvas.width, canvas.height);
    return true;
  };

  /**
   * Make a canvas as large as fits. A pixel of the picture becomes a whole number of the screen's where that wastes
   * little room; else it is drawn larger and shrunk, so that all pixels are equally large.
   */
  gan.fit = function (canvas, width, height, scale) {
    const ratio = window.devicePixelRatio || 1;
    let times = scale * ratio;
    if (times >= 1 && Math.floor(times) / times > 0.92) times = Math.floor(times);
    const drawn = Math.max(1, Math.ceil(times));
    if (canvas.width !== width * drawn || canvas.height !== height * drawn) {
      canvas.width = width * drawn;
      canvas.height = height * drawn;
    }
    canvas.style.width = `${(width * times) / ratio}px`;
    canvas.style.height = `${(height * times) / ratio}px`;
  };
})(window.GanPlayer);
