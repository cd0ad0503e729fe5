mkdir d && echo x > d/ü-é-日本 && echo y > "d/$(printf 'n%.0s' $(seq 200))" && echo z > "d/$(printf 'new\nline')" && echo b > "d/$(printf '\377\376')" && ln -s "$(printf 't%.0s' $(seq 150))" d/link
