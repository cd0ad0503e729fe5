mkdir t && echo x > t/x && tar -C t --transform='s|^x|../../x|' -P -cf climb.tar x && rm -r t
