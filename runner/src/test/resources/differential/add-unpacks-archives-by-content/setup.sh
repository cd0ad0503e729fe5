mkdir -p t/sub && echo a > t/a && echo b > t/sub/b && ln -s a t/link && ln t/a t/hard && chmod 700 t/sub && chown 11:22 t/sub/b
tar -C t --sort=name --mtime=@1500000000 -cf plain.tar a hard link sub
gzip -kc plain.tar > g.tgz; bzip2 -kc plain.tar > b.data; xz -kc plain.tar > x.txt; zstd -qc plain.tar > z.tar.zst || true
echo not a tar | gzip -c > text.gz; echo plain > fake.tar; rm -r t
