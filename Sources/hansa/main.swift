print("hansa")
