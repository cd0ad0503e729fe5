mkdir -p d/sub && echo linked > d/one && ln d/one d/sub/two && ln d/one d/three
