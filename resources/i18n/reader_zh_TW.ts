<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Moving</source>
        <translation>移動</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>閱讀</translation>
    </message>
    <message>
        <source>Keeping</source>
        <translation>留存</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>檢視</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>視窗</translation>
    </message>
    <message>
        <source>Next article</source>
        <translation>下一篇</translation>
    </message>
    <message>
        <source>Previous article</source>
        <translation>上一篇</translation>
    </message>
    <message>
        <source>Select the next article as well</source>
        <translation>一併選取下一篇</translation>
    </message>
    <message>
        <source>Select the previous article as well</source>
        <translation>一併選取上一篇</translation>
    </message>
    <message>
        <source>Next unread article</source>
        <translation>下一篇未讀</translation>
    </message>
    <message>
        <source>Previous unread article</source>
        <translation>上一篇未讀</translation>
    </message>
    <message>
        <source>First article of the list</source>
        <translation>清單第一篇</translation>
    </message>
    <message>
        <source>Last article of the list</source>
        <translation>清單最後一篇</translation>
    </message>
    <message>
        <source>Page down, at the end the next unread article</source>
        <translation>向下翻頁，到底則前往下一篇未讀</translation>
    </message>
    <message>
        <source>Page up</source>
        <translation>向上翻頁</translation>
    </message>
    <message>
        <source>Half a page down</source>
        <translation>向下翻半頁</translation>
    </message>
    <message>
        <source>Half a page up</source>
        <translation>向上翻半頁</translation>
    </message>
    <message>
        <source>Next source</source>
        <translation>下一個來源</translation>
    </message>
    <message>
        <source>Previous source</source>
        <translation>上一個來源</translation>
    </message>
    <message>
        <source>Open the article</source>
        <translation>開啟文章</translation>
    </message>
    <message>
        <source>Back to the article before</source>
        <translation>回到上一篇</translation>
    </message>
    <message>
        <source>Forward again</source>
        <translation>再次前進</translation>
    </message>
    <message>
        <source>To the pane on the left</source>
        <translation>到左邊的窗格</translation>
    </message>
    <message>
        <source>To the pane on the right</source>
        <translation>到右邊的窗格</translation>
    </message>
    <message>
        <source>Mark as read or unread</source>
        <translation>標為已讀或未讀</translation>
    </message>
    <message>
        <source>Mark the list as read</source>
        <translation>將清單全部標為已讀</translation>
    </message>
    <message>
        <source>Mark all above as read</source>
        <translation>將以上全部標為已讀</translation>
    </message>
    <message>
        <source>Mark all below as read</source>
        <translation>將以下全部標為已讀</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
    <message>
        <source>History</source>
        <translation>歷程記錄</translation>
    </message>
    <message>
        <source>Remove the article</source>
        <translation>移除這篇文章</translation>
    </message>
    <message>
        <source>Find in the article</source>
        <translation>在文章中尋找</translation>
    </message>
    <message>
        <source>Cleaned, original words, source</source>
        <translation>切換淨化版、原文、原始碼</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>放大文字</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>縮小文字</translation>
    </message>
    <message>
        <source>Normal text size</source>
        <translation>預設字級</translation>
    </message>
    <message>
        <source>Nothing but the article</source>
        <translation>只看文章</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>列印…</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>另存為 PDF…</translation>
    </message>
    <message>
        <source>See the picture in view large</source>
        <translation>放大檢視眼前的圖片</translation>
    </message>
    <message>
        <source>Load the pictures of this article</source>
        <translation>載入本文的圖片</translation>
    </message>
    <message>
        <source>Picture doctor</source>
        <translation>圖片診斷</translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation>加入書籤</translation>
    </message>
    <message>
        <source>Tags and note…</source>
        <translation>標籤與筆記…</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>在瀏覽器中開啟</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>複製連結</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>未讀</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>書籤</translation>
    </message>
    <message>
        <source>Continue reading</source>
        <translation>繼續閱讀</translation>
    </message>
    <message>
        <source>All articles</source>
        <translation>所有文章</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜尋</translation>
    </message>
    <message>
        <source>Save the search as a smart folder</source>
        <translation>將搜尋存為智慧型資料夾</translation>
    </message>
    <message>
        <source>Next match of the search in the article</source>
        <translation>文章中下一處搜尋結果</translation>
    </message>
    <message>
        <source>Previous match of the search in the article</source>
        <translation>文章中上一處搜尋結果</translation>
    </message>
    <message>
        <source>Unread only</source>
        <translation>只看未讀</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>由舊到新</translation>
    </message>
    <message>
        <source>By source</source>
        <translation>依來源</translation>
    </message>
    <message>
        <source>By title</source>
        <translation>依標題</translation>
    </message>
    <message>
        <source>Add a feed…</source>
        <translation>新增訂閱…</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>開啟資料夾…</translation>
    </message>
    <message>
        <source>Open a file…</source>
        <translation>開啟檔案…</translation>
    </message>
    <message>
        <source>Import OPML…</source>
        <translation>匯入 OPML…</translation>
    </message>
    <message>
        <source>Export OPML…</source>
        <translation>匯出 OPML…</translation>
    </message>
    <message>
        <source>Feeds’ health</source>
        <translation>訂閱的健康狀況</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>設定…</translation>
    </message>
    <message>
        <source>Pictures…</source>
        <translation>圖片…</translation>
    </message>
    <message>
        <source>Properties of the source</source>
        <translation>來源的屬性</translation>
    </message>
    <message>
        <source>Import bookmarks…</source>
        <translation>匯入書籤…</translation>
    </message>
    <message>
        <source>Export bookmarks…</source>
        <translation>匯出書籤…</translation>
    </message>
    <message>
        <source>Export articles…</source>
        <translation>匯出文章…</translation>
    </message>
    <message>
        <source>Backup and repair…</source>
        <translation>備份與修復…</translation>
    </message>
    <message>
        <source>Refresh all sources</source>
        <translation>重新整理所有來源</translation>
    </message>
    <message>
        <source>Stop refreshing</source>
        <translation>停止重新整理</translation>
    </message>
    <message>
        <source>Command palette</source>
        <translation>指令面板</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快速鍵</translation>
    </message>
    <message>
        <source>Manual</source>
        <translation>使用手冊</translation>
    </message>
    <message>
        <source>Copy details for whoever helps</source>
        <translation>複製詳細資訊以便求助</translation>
    </message>
    <message>
        <source>Show the log</source>
        <translation>顯示記錄檔</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>結束</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主題</translation>
    </message>
    <message>
        <source>Density</source>
        <translation>清單密度</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>寬鬆</translation>
    </message>
    <message>
        <source>Cosy</source>
        <translation>適中</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>緊密</translation>
    </message>
    <message>
        <source>About Inkstone</source>
        <translation>關於 Inkstone</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>重新整理</translation>
    </message>
    <message>
        <source>Mark as read</source>
        <translation>標為已讀</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>複製網址</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>在檔案管理員中顯示</translation>
    </message>
    <message>
        <source>Open its site</source>
        <translation>開啟網站</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重新命名</translation>
    </message>
    <message>
        <source>Import and export</source>
        <translation>匯入與匯出</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>說明</translation>
    </message>
    <message>
        <source>Properties</source>
        <translation>內容</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Notify of new articles</source>
        <translation>新文章通知</translation>
    </message>
    <message>
        <source>Dissolve, and keep its sources</source>
        <translation>解散資料夾，保留其中的來源</translation>
    </message>
    <message>
        <source>Remove its {count} sources</source>
        <translation>移除其中的 {count} 個來源</translation>
    </message>
    <message>
        <source>Move to</source>
        <translation>移到</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新增資料夾</translation>
    </message>
    <message>
        <source>Out of all folders</source>
        <translation>移出所有資料夾</translation>
    </message>
    <message>
        <source>Mark as unread</source>
        <translation>標為未讀</translation>
    </message>
    <message>
        <source>Remove the bookmark</source>
        <translation>移除書籤</translation>
    </message>
    <message>
        <source>Copy the link as Markdown</source>
        <translation>複製連結（Markdown 格式）</translation>
    </message>
    <message>
        <source>Send the link by mail…</source>
        <translation>以郵件傳送連結…</translation>
    </message>
    <message>
        <source>Open in the editor</source>
        <translation>在編輯器中開啟</translation>
    </message>
    <message>
        <source>Remove the bookmarks</source>
        <translation>移除書籤</translation>
    </message>
    <message>
        <source>Add tags…</source>
        <translation>加上標籤…</translation>
    </message>
    <message>
        <source>Copy the links</source>
        <translation>複製連結</translation>
    </message>
    <message>
        <source>Remove the articles</source>
        <translation>移除這些文章</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>由新到舊</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>複製</translation>
    </message>
    <message>
        <source>Copy as a quotation</source>
        <translation>複製為引文</translation>
    </message>
    <message>
        <source>Search for it</source>
        <translation>搜尋這段文字</translation>
    </message>
    <message>
        <source>Open the link in the browser</source>
        <translation>在瀏覽器中開啟連結</translation>
    </message>
    <message>
        <source>Copy the link’s address</source>
        <translation>複製連結網址</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟隨系統</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>淺色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Sepia</source>
        <translation>米黃</translation>
    </message>
    <message>
        <source>High contrast, light</source>
        <translation>高對比（淺色）</translation>
    </message>
    <message>
        <source>High contrast, dark</source>
        <translation>高對比（深色）</translation>
    </message>
    <message>
        <source>No articles</source>
        <translation>沒有文章</translation>
    </message>
    <message>
        <source>1 article</source>
        <translation>1 篇文章</translation>
    </message>
    <message>
        <source>{count} articles</source>
        <translation>{count} 篇文章</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>約 {minutes} 分鐘</translation>
    </message>
    <message>
        <source>d MMMM yyyy</source>
        <translation>yyyy年M月d日</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day} {time}</translation>
    </message>
    <message>
        <source>d MMMM</source>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>If it wants a login, write it before the host: https://name:password@host/.</source>
        <translation>如果需要登入，請寫在主機名稱之前：https://name:password@host/。</translation>
    </message>
    <message>
        <source>Look for a slip in the address, or give the site’s front page.</source>
        <translation>請檢查網址有無筆誤，或改填網站首頁。</translation>
    </message>
    <message>
        <source>That is the server’s trouble; try again later.</source>
        <translation>這是伺服器的問題，請稍後再試。</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>請稍後再試。</translation>
    </message>
    <message>
        <source>Look for a slip in the address, and whether you are online.</source>
        <translation>請檢查網址有無筆誤，以及是否已連上網路。</translation>
    </message>
    <message>
        <source>Give the address of the feed itself, or the site’s front page.</source>
        <translation>請填寫訂閱源本身的網址，或網站首頁。</translation>
    </message>
    <message>
        <source>Opened files</source>
        <translation>開啟過的檔案</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>留存</translation>
    </message>
    <message>
        <source>{source}, also in {others}</source>
        <translation>{source}，另見於 {others}</translation>
    </message>
    <message>
        <source>script</source>
        <translation>指令碼</translation>
    </message>
    <message>
        <source>style sheet</source>
        <translation>樣式表</translation>
    </message>
    <message>
        <source>frame</source>
        <translation>框架</translation>
    </message>
    <message>
        <source>form</source>
        <translation>表單</translation>
    </message>
    <message>
        <source>plug-in object</source>
        <translation>外掛物件</translation>
    </message>
    <message>
        <source>event handler</source>
        <translation>事件處理常式</translation>
    </message>
    <message>
        <source>tracking pixel</source>
        <translation>追蹤像素</translation>
    </message>
    <message>
        <source>tracking parameter</source>
        <translation>追蹤參數</translation>
    </message>
    <message>
        <source>script in a link</source>
        <translation>連結中的指令碼</translation>
    </message>
    <message>
        <source>link that cannot be followed</source>
        <translation>無法開啟的連結</translation>
    </message>
    <message>
        <source>picture address that cannot be used</source>
        <translation>無法使用的圖片網址</translation>
    </message>
    <message>
        <source>placeholder picture</source>
        <translation>預留位置圖片</translation>
    </message>
    <message>
        <source>comment</source>
        <translation>註解</translation>
    </message>
    <message>
        <source>page instruction</source>
        <translation>頁面指令</translation>
    </message>
    <message>
        <source>external resource</source>
        <translation>外部資源</translation>
    </message>
    <message>
        <source>drawing</source>
        <translation>向量圖</translation>
    </message>
    <message>
        <source>formula markup</source>
        <translation>公式標記</translation>
    </message>
    <message>
        <source>too deep nesting</source>
        <translation>過深的巢狀結構</translation>
    </message>
    <message>
        <source>unreadable part</source>
        <translation>無法讀取的部分</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>1 thing removed: {kinds}</source>
        <translation>已移除 1 處：{kinds}</translation>
    </message>
    <message>
        <source>{count} things removed: {kinds}</source>
        <translation>已移除 {count} 處：{kinds}</translation>
    </message>
    <message>
        <source>{kind}: {count}</source>
        <translation>{kind}：{count}</translation>
    </message>
    <message>
        <source>The picture’s server cannot be reached</source>
        <translation>連不上圖片伺服器</translation>
    </message>
    <message>
        <source>The picture’s server refused it</source>
        <translation>圖片伺服器拒絕了要求</translation>
    </message>
    <message>
        <source>The picture is no longer there</source>
        <translation>圖片已不存在</translation>
    </message>
    <message>
        <source>The picture’s server took too long</source>
        <translation>圖片伺服器回應太慢</translation>
    </message>
    <message>
        <source>The picture is too large</source>
        <translation>圖片太大</translation>
    </message>
    <message>
        <source>What the server sent is not a picture</source>
        <translation>伺服器傳來的不是圖片</translation>
    </message>
    <message>
        <source>The picture would unpack to an unreasonable size</source>
        <translation>圖片解開後大得離譜</translation>
    </message>
    <message>
        <source>The picture’s address may not be contacted</source>
        <translation>不允許連線到這個圖片網址</translation>
    </message>
    <message>
        <source>Waiting for the network</source>
        <translation>等待網路</translation>
    </message>
    <message>
        <source>The article is complete; only this picture is missing.</source>
        <translation>文章完整，只缺這張圖。</translation>
    </message>
    <message>
        <source>It answered {status}, without and with a referrer.</source>
        <translation>不論有無參照網址，它都回應 {status}。</translation>
    </message>
    <message>
        <source>This picture was not stored before you went offline.</source>
        <translation>離線前沒有存下這張圖。</translation>
    </message>
    <message>
        <source>The server answered {status}.</source>
        <translation>伺服器回應 {status}。</translation>
    </message>
    <message>
        <source>The picture cannot be shown</source>
        <translation>圖片無法顯示</translation>
    </message>
    <message>
        <source>{count} bytes</source>
        <translation>{count} 位元組</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重試</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在瀏覽器中開啟</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>為什麼？</translation>
    </message>
    <message>
        <source>Picture not loaded</source>
        <translation>圖片未載入</translation>
    </message>
    <message>
        <source>Load picture</source>
        <translation>載入圖片</translation>
    </message>
    <message>
        <source>{first} {second}</source>
        <translation>{first}{second}</translation>
    </message>
    <message>
        <source>Failing for {span}</source>
        <translation>已失敗 {span}</translation>
    </message>
    <message>
        <source>Silent for {span}</source>
        <translation>{span}沒有新文章</translation>
    </message>
    <message>
        <source>Waits until {time}</source>
        <translation>等到 {time}</translation>
    </message>
    <message>
        <source>Gone for good</source>
        <translation>已永久消失</translation>
    </message>
    <message>
        <source>Failing</source>
        <translation>出錯</translation>
    </message>
    <message>
        <source>Silent</source>
        <translation>沒有新文章</translation>
    </message>
    <message>
        <source>Not refreshed yet</source>
        <translation>尚未重新整理</translation>
    </message>
    <message>
        <source>Fine</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>One every {span}</source>
        <translation>每 {span}一篇</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>從不</translation>
    </message>
    <message>
        <source>{count} times in a row.</source>
        <translation>已連續 {count} 次。</translation>
    </message>
    <message>
        <source>Only when you ask</source>
        <translation>僅在你要求時</translation>
    </message>
    <message>
        <source>With the next refresh</source>
        <translation>下次重新整理時</translation>
    </message>
    <message>
        <source>1 minute</source>
        <translation>1 分鐘</translation>
    </message>
    <message>
        <source>{count} minutes</source>
        <translation>{count} 分鐘</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 小時</translation>
    </message>
    <message>
        <source>{count} hours</source>
        <translation>{count} 小時</translation>
    </message>
    <message>
        <source>{count} days</source>
        <translation>{count} 天</translation>
    </message>
    <message>
        <source>Printed.</source>
        <translation>已列印。</translation>
    </message>
    <message>
        <source>The article could not be printed.</source>
        <translation>無法列印這篇文章。</translation>
    </message>
    <message>
        <source>Saved: {file}</source>
        <translation>已儲存：{file}</translation>
    </message>
    <message>
        <source>{file} cannot be written.</source>
        <translation>無法寫入 {file}。</translation>
    </message>
    <message>
        <source>Save as PDF</source>
        <translation>另存為 PDF</translation>
    </message>
    <message>
        <source>PDF files (*.pdf)</source>
        <translation>PDF 檔案 (*.pdf)</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>Held on this computer</source>
        <translation>已存在本機</translation>
    </message>
    <message>
        <source>A part of the article or of its folder</source>
        <translation>文章或其資料夾的一部分</translation>
    </message>
    <message>
        <source>Not asked for yet</source>
        <translation>尚未請求</translation>
    </message>
    <message>
        <source>The picture came</source>
        <translation>圖片已取得</translation>
    </message>
    <message>
        <source>A part of the picture came</source>
        <translation>只取得圖片的一部分</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>沒有回應</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>被拒絕</translation>
    </message>
    <message>
        <source>Not there</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>Took too long</source>
        <translation>耗時太久</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>太大</translation>
    </message>
    <message>
        <source>Not a picture</source>
        <translation>不是圖片</translation>
    </message>
    <message>
        <source>Would unpack to an unreasonable size</source>
        <translation>解開後大得離譜</translation>
    </message>
    <message>
        <source>An address that may not be contacted</source>
        <translation>不允許連線的網址</translation>
    </message>
    <message>
        <source>Referrer: {address}</source>
        <translation>來源頁（Referer）：{address}</translation>
    </message>
    <message>
        <source>No referrer</source>
        <translation>不帶來源頁（Referer）</translation>
    </message>
    <message>
        <source>kept with the bookmark</source>
        <translation>隨書籤保留</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>尚無</translation>
    </message>
    <message>
        <source>no referrer works</source>
        <translation>不帶來源頁可行</translation>
    </message>
    <message>
        <source>the referrer of the table works</source>
        <translation>用內建表中的來源頁可行</translation>
    </message>
    <message>
        <source>the picture’s own site as referrer works</source>
        <translation>以圖片所在網站為來源頁可行</translation>
    </message>
    <message>
        <source>the article’s address as referrer works</source>
        <translation>以文章網址為來源頁可行</translation>
    </message>
    <message>
        <source>by the other scheme</source>
        <translation>換用另一種協定</translation>
    </message>
    <message>
        <source>through your picture proxy</source>
        <translation>經由你的圖片代理</translation>
    </message>
    <message>
        <source>at another address of it</source>
        <translation>用它的另一個網址</translation>
    </message>
    <message>
        <source>1 article marked as read</source>
        <translation>已將 1 篇標為已讀</translation>
    </message>
    <message>
        <source>{count} articles marked as read</source>
        <translation>已將 {count} 篇標為已讀</translation>
    </message>
    <message>
        <source>1 article marked as unread</source>
        <translation>已將 1 篇標為未讀</translation>
    </message>
    <message>
        <source>{count} articles marked as unread</source>
        <translation>已將 {count} 篇標為未讀</translation>
    </message>
    <message>
        <source>Bookmarked: “{title}”</source>
        <translation>已加入書籤：「{title}」</translation>
    </message>
    <message>
        <source>{count} articles bookmarked or tagged</source>
        <translation>已為 {count} 篇文章加上書籤或標籤</translation>
    </message>
    <message>
        <source>Bookmark removed: “{title}”</source>
        <translation>已移除書籤：「{title}」</translation>
    </message>
    <message>
        <source>{count} bookmarks removed</source>
        <translation>已移除 {count} 個書籤</translation>
    </message>
    <message>
        <source>“{title}” removed with 1 article</source>
        <translation>已移除「{title}」及其 1 篇文章</translation>
    </message>
    <message>
        <source>“{title}” removed with {count} articles</source>
        <translation>已移除「{title}」及其 {count} 篇文章</translation>
    </message>
    <message>
        <source>1 old article removed by itself</source>
        <translation>自動移除了 1 篇舊文章</translation>
    </message>
    <message>
        <source>{count} old articles removed by themselves</source>
        <translation>自動移除了 {count} 篇舊文章</translation>
    </message>
    <message>
        <source>Removed: “{title}”</source>
        <translation>已移除：「{title}」</translation>
    </message>
    <message>
        <source>{count} articles removed</source>
        <translation>已移除 {count} 篇文章</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>Views and folders</source>
        <translation>檢視與資料夾</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>來源</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>標籤</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Articles</source>
        <translation>文章</translation>
    </message>
    <message>
        <source>{articles}, can be undone</source>
        <translation>{articles}，可復原</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>目前</translation>
    </message>
    <message>
        <source>Open the settings</source>
        <translation>開啟設定</translation>
    </message>
    <message>
        <source>Refresh it</source>
        <translation>重新整理</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>無標題</translation>
    </message>
    <message>
        <source>{count} new articles in {source}</source>
        <translation>{source}：{count} 篇新文章</translation>
    </message>
    <message>
        <source>{count} new articles in {sources} sources</source>
        <translation>{sources} 個來源共有 {count} 篇新文章</translation>
    </message>
    <message>
        <source>Refreshed {time}</source>
        <translation>{time} 已重新整理</translation>
    </message>
    <message>
        <source>1 new article</source>
        <translation>1 篇新文章</translation>
    </message>
    <message>
        <source>{count} new articles</source>
        <translation>{count} 篇新文章</translation>
    </message>
    <message>
        <source>{first} · {second}</source>
        <translation>{first} · {second}</translation>
    </message>
    <message>
        <source>next at {time}</source>
        <translation>下次 {time}</translation>
    </message>
    <message>
        <source>“{text}” cannot be used: it begins with https:// and has {url} in it.</source>
        <translation>無法使用「{text}」：網址須以 https:// 開頭，並含有 {url}。</translation>
    </message>
    <message>
        <source>“{text}” is no proxy: write it like socks5h://127.0.0.1:1080, without a password.</source>
        <translation>「{text}」不是代理伺服器：請寫成 socks5h://127.0.0.1:1080 的樣子，不含密碼。</translation>
    </message>
    <message>
        <source>“{text}” is no server: it begins with https://.</source>
        <translation>「{text}」不是伺服器：須以 https:// 開頭。</translation>
    </message>
    <message>
        <source>“{text}” is no time of the day: write it like 22:00.</source>
        <translation>「{text}」不是時刻：請寫成 22:00 的樣子。</translation>
    </message>
    <message>
        <source>“{text}” is no time of the day: write it like 07:30.</source>
        <translation>「{text}」不是時刻：請寫成 07:30 的樣子。</translation>
    </message>
    <message>
        <source>General</source>
        <translation>一般</translation>
    </message>
    <message>
        <source>List</source>
        <translation>清單</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>Following</source>
        <translation>訂閱</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>網路</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>語言</translation>
    </message>
    <message>
        <source>Privacy and storage</source>
        <translation>隱私與儲存</translation>
    </message>
    <message>
        <source>The colours of the window and of the articles.</source>
        <translation>視窗與文章的配色。</translation>
    </message>
    <message>
        <source>Begin with</source>
        <translation>啟動時顯示</translation>
    </message>
    <message>
        <source>What the list shows when the window opens.</source>
        <translation>視窗開啟時，清單顯示什麼。</translation>
    </message>
    <message>
        <source>What was left</source>
        <translation>上次離開時的清單</translation>
    </message>
    <message>
        <source>At login</source>
        <translation>登入時</translation>
    </message>
    <message>
        <source>Whether Inkstone opens when you log in.</source>
        <translation>登入系統時是否開啟 Inkstone。</translation>
    </message>
    <message>
        <source>Not opened</source>
        <translation>不開啟</translation>
    </message>
    <message>
        <source>With its window</source>
        <translation>開啟視窗</translation>
    </message>
    <message>
        <source>In the tray only</source>
        <translation>只在系統匣中</translation>
    </message>
    <message>
        <source>In the tray</source>
        <translation>系統匣</translation>
    </message>
    <message>
        <source>An icon beside the clock, and what goes into it.</source>
        <translation>時鐘旁的圖示，以及何時把視窗收進去。</translation>
    </message>
    <message>
        <source>No icon</source>
        <translation>不顯示圖示</translation>
    </message>
    <message>
        <source>An icon</source>
        <translation>顯示圖示</translation>
    </message>
    <message>
        <source>The window when minimised</source>
        <translation>最小化時收進系統匣</translation>
    </message>
    <message>
        <source>The window also when closed</source>
        <translation>關閉時也收進系統匣</translation>
    </message>
    <message>
        <source>A word on the desktop after a refresh that brought something.</source>
        <translation>重新整理後有新文章時，在桌面上提示。</translation>
    </message>
    <message>
        <source>Of chosen sources</source>
        <translation>僅選定的來源</translation>
    </message>
    <message>
        <source>Of all sources</source>
        <translation>所有來源</translation>
    </message>
    <message>
        <source>Quiet from</source>
        <translation>勿擾開始</translation>
    </message>
    <message>
        <source>No notifications from this time of the day on.</source>
        <translation>從這個時刻起不再通知。</translation>
    </message>
    <message>
        <source>no quiet time</source>
        <translation>不設勿擾時段</translation>
    </message>
    <message>
        <source>Quiet until</source>
        <translation>勿擾結束</translation>
    </message>
    <message>
        <source>Notifications come again from this time on.</source>
        <translation>從這個時刻起恢復通知。</translation>
    </message>
    <message>
        <source>Counts as read</source>
        <translation>何時算已讀</translation>
    </message>
    <message>
        <source>When an article that you open is marked as read.</source>
        <translation>開啟的文章何時標為已讀。</translation>
    </message>
    <message>
        <source>When it is opened</source>
        <translation>開啟時</translation>
    </message>
    <message>
        <source>After some seconds</source>
        <translation>幾秒之後</translation>
    </message>
    <message>
        <source>By hand only</source>
        <translation>僅手動標記</translation>
    </message>
    <message>
        <source>After</source>
        <translation>開啟多久後</translation>
    </message>
    <message>
        <source>How long it must be open to count as read.</source>
        <translation>文章開啟多久才算已讀。</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>A click on a link</source>
        <translation>點按連結時</translation>
    </message>
    <message>
        <source>What happens with a link that leads out of the library.</source>
        <translation>指向文庫之外的連結如何處理。</translation>
    </message>
    <message>
        <source>Opens the browser</source>
        <translation>開啟瀏覽器</translation>
    </message>
    <message>
        <source>Copies its address</source>
        <translation>複製連結網址</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>內文字型</translation>
    </message>
    <message>
        <source>The kind of letters that articles are set in.</source>
        <translation>文章所用字型的類型。</translation>
    </message>
    <message>
        <source>Sans</source>
        <translation>黑體</translation>
    </message>
    <message>
        <source>Serif</source>
        <translation>明體</translation>
    </message>
    <message>
        <source>Latin font</source>
        <translation>西文字型</translation>
    </message>
    <message>
        <source>A font for Latin letters in the place of the usual one.</source>
        <translation>改用另一款西文字型。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自動</translation>
    </message>
    <message>
        <source>CJK font</source>
        <translation>中日韓字型</translation>
    </message>
    <message>
        <source>A font for Chinese, Japanese and Korean in the place of the usual one.</source>
        <translation>改用另一款中日韓字型。</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>字級</translation>
    </message>
    <message>
        <source>The size of an article’s text.</source>
        <translation>文章內文的字級。</translation>
    </message>
    <message>
        <source>{n} px</source>
        <translation>{n} 像素</translation>
    </message>
    <message>
        <source>Line height</source>
        <translation>行高</translation>
    </message>
    <message>
        <source>The room between lines, of what the article’s language asks for.</source>
        <translation>行間距離，以文章語言所需為準。</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n}%</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>行寬</translation>
    </message>
    <message>
        <source>How wide the column of text may be.</source>
        <translation>內文一行最寬多少。</translation>
    </message>
    <message>
        <source>{n} em</source>
        <translation>{n} 字</translation>
    </message>
    <message>
        <source>Justify Chinese and Japanese</source>
        <translation>中文與日文左右對齊</translation>
    </message>
    <message>
        <source>Sets their paragraphs to both margins.</source>
        <translation>段落左右兩邊都對齊。</translation>
    </message>
    <message>
        <source>How much of each article the list shows.</source>
        <translation>清單中每篇文章顯示多少內容。</translation>
    </message>
    <message>
        <source>One row for one article</source>
        <translation>同一篇只列一列</translation>
    </message>
    <message>
        <source>An article that several sources have is one row, and read once it is read everywhere.</source>
        <translation>多個來源都有的文章只列一列，讀過一次便處處已讀。</translation>
    </message>
    <message>
        <source>Load pictures</source>
        <translation>載入圖片</translation>
    </message>
    <message>
        <source>From their own servers, when an article is opened. A source may differ.</source>
        <translation>開啟文章時從圖片所在的伺服器載入。各來源可另行設定。</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>一律</translation>
    </message>
    <message>
        <source>On a click</source>
        <translation>點按時</translation>
    </message>
    <message>
        <source>Moving pictures move</source>
        <translation>動圖播放</translation>
    </message>
    <message>
        <source>What animated pictures do.</source>
        <translation>動圖如何播放。</translation>
    </message>
    <message>
        <source>Once</source>
        <translation>一次</translation>
    </message>
    <message>
        <source>Under the pointer</source>
        <translation>游標停留時</translation>
    </message>
    <message>
        <source>Fetch ahead</source>
        <translation>預先取得</translation>
    </message>
    <message>
        <source>Pictures that come after a refresh, before anybody opens the article.</source>
        <translation>重新整理之後、開啟文章之前就取得的圖片。</translation>
    </message>
    <message>
        <source>Those of the list</source>
        <translation>清單中的圖片</translation>
    </message>
    <message>
        <source>All, for reading offline</source>
        <translation>全部，供離線閱讀</translation>
    </message>
    <message>
        <source>None</source>
        <translation>無</translation>
    </message>
    <message>
        <source>Fetch ahead at most</source>
        <translation>預先取得上限</translation>
    </message>
    <message>
        <source>What one refresh may fetch ahead.</source>
        <translation>每次重新整理最多預先取得多少。</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>Hold at most</source>
        <translation>最多保存</translation>
    </message>
    <message>
        <source>What is kept on this computer beside the pictures of bookmarked articles.</source>
        <translation>本機保存多少圖片，有書籤的文章的圖片不計在內。</translation>
    </message>
    <message>
        <source>Held now</source>
        <translation>現已保存</translation>
    </message>
    <message>
        <source>Pictures on this computer.</source>
        <translation>存在本機的圖片。</translation>
    </message>
    <message>
        <source>Picture proxy</source>
        <translation>圖片代理</translation>
    </message>
    <message>
        <source>Asked last for a picture that cannot be had; it is told the picture’s address.</source>
        <translation>圖片取不到時，最後向它要求；它會得知圖片網址。</translation>
    </message>
    <message>
        <source>Never by itself</source>
        <translation>從不自動重新整理</translation>
    </message>
    <message>
        <source>Refresh every</source>
        <translation>重新整理間隔</translation>
    </message>
    <message>
        <source>How often a feed is asked for news, unless its properties say otherwise.</source>
        <translation>每隔多久檢查訂閱有無更新，訂閱的內容可另行設定。</translation>
    </message>
    <message>
        <source>RSSHub servers</source>
        <translation>RSSHub 伺服器</translation>
    </message>
    <message>
        <source>Asked in this order for addresses that begin with rsshub://; one a line.</source>
        <translation>遇到以 rsshub:// 開頭的網址時依序要求，每行一個。</translation>
    </message>
    <message>
        <source>Keep for</source>
        <translation>保留多久</translation>
    </message>
    <message>
        <source>How old a feed’s articles may get, unless its properties say otherwise.</source>
        <translation>訂閱的文章保留多久，訂閱的內容可另行設定。</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Keep of each feed</source>
        <translation>每個訂閱保留</translation>
    </message>
    <message>
        <source>How many of a feed’s articles are kept, the newest first.</source>
        <translation>每個訂閱保留多少篇文章，新的優先。</translation>
    </message>
    <message>
        <source>articles</source>
        <translation>篇</translation>
    </message>
    <message>
        <source>Keep in all</source>
        <translation>總共保留</translation>
    </message>
    <message>
        <source>How many articles of all feeds together are kept, the newest first.</source>
        <translation>所有訂閱總共保留多少篇文章，新的優先。</translation>
    </message>
    <message>
        <source>What would go</source>
        <translation>將會移除</translation>
    </message>
    <message>
        <source>Bookmarked, tagged, noted and half-read articles stay, and so do the files of your folders.</source>
        <translation>有書籤、標籤、筆記的文章和讀到一半的文章都會保留，資料夾中的檔案也是。</translation>
    </message>
    <message>
        <source>Back up every</source>
        <translation>備份間隔</translation>
    </message>
    <message>
        <source>How often the whole library is backed up by itself, each time verified.</source>
        <translation>每隔多久自動備份整個文庫，每次都會驗證。</translation>
    </message>
    <message>
        <source>day</source>
        <translation>天</translation>
    </message>
    <message>
        <source>Backups kept</source>
        <translation>保留備份</translation>
    </message>
    <message>
        <source>How many of these backups are kept, the newest first.</source>
        <translation>自動備份保留多少份，新的優先。</translation>
    </message>
    <message>
        <source>backups</source>
        <translation>份</translation>
    </message>
    <message>
        <source>none</source>
        <translation>不保留</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理伺服器</translation>
    </message>
    <message>
        <source>The way to the network, for feeds and pictures alike.</source>
        <translation>訂閱與圖片都由此連上網路。</translation>
    </message>
    <message>
        <source>Another one</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Addresses that a proxy made up</source>
        <translation>代理伺服器虛擬的位址</translation>
    </message>
    <message>
        <source>Lets names lead to 198.18.0.0/15, as proxies do that take over the whole network.</source>
        <translation>允許網域名稱指向 198.18.0.0/15，接管整個網路的代理伺服器便是如此。</translation>
    </message>
    <message>
        <source>All commands and their keys.</source>
        <translation>所有指令及其快速鍵。</translation>
    </message>
    <message>
        <source>Of the window; articles keep their own. It changes at once.</source>
        <translation>視窗的語言，立即生效；文章仍用各自的語言。</translation>
    </message>
    <message>
        <source>Who is contacted</source>
        <translation>與誰連線</translation>
    </message>
    <message>
        <source>Only your sources and the servers of their pictures. No account, no telemetry.</source>
        <translation>只連線到你的來源及其圖片的伺服器。無需帳號，沒有遙測。</translation>
    </message>
    <message>
        <source>Where things are</source>
        <translation>存放位置</translation>
    </message>
    <message>
        <source>Everything lies on this computer, in files.</source>
        <translation>一切都以檔案存在本機。</translation>
    </message>
    <message>
        <source>Backup and repair</source>
        <translation>備份與修復</translation>
    </message>
    <message>
        <source>Back up, check and restore the library, and take it to another computer.</source>
        <translation>備份、檢查、還原文庫，或移到另一台電腦。</translation>
    </message>
    <message>
        <source>Settings file</source>
        <translation>設定檔</translation>
    </message>
    <message>
        <source>All settings in one readable file, to take along or to look at.</source>
        <translation>所有設定都在一個可讀的檔案裡，可帶走，可檢視。</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>週</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>天</translation>
    </message>
    <message>
        <source>On</source>
        <translation>開</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>關</translation>
    </message>
    <message>
        <source>1 setting changed.</source>
        <translation>已變更 1 項設定。</translation>
    </message>
    <message>
        <source>{count} settings changed.</source>
        <translation>已變更 {count} 項設定。</translation>
    </message>
    <message>
        <source>Not taken, as the values do not fit: {names}.</source>
        <translation>以下各項的值不合適，未採用：{names}。</translation>
    </message>
    <message>
        <source>Not known to this version: {names}.</source>
        <translation>此版本不認識：{names}。</translation>
    </message>
    <message>
        <source>The file of this article is no longer there.</source>
        <translation>這篇文章的檔案已不存在。</translation>
    </message>
    <message>
        <source>This file is no text.</source>
        <translation>這個檔案不是純文字。</translation>
    </message>
    <message>
        <source>Nothing unread in this list.</source>
        <translation>清單中沒有未讀文章。</translation>
    </message>
    <message>
        <source>1 bookmark</source>
        <translation>1 個書籤</translation>
    </message>
    <message>
        <source>{count} bookmarks</source>
        <translation>{count} 個書籤</translation>
    </message>
    <message>
        <source>{articles}, {bookmarks}</source>
        <translation>{articles}、{bookmarks}</translation>
    </message>
</context>
<context>
    <name>About</name>
    <message>
        <source>About Inkstone</source>
        <translation>關於 Inkstone</translation>
    </message>
    <message>
        <source>Libraries and licences</source>
        <translation>所用程式庫與授權條款</translation>
    </message>
    <message>
        <source>Read the licence</source>
        <translation>閱讀授權條款</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>複製詳細資訊</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>已複製。</translation>
    </message>
    <message>
        <source>Inkstone’s icon</source>
        <translation>Inkstone 圖示</translation>
    </message>
    <message>
        <source>A private, offline-first reader for what you keep and what you follow.</source>
        <translation>重視隱私、離線優先的閱讀器，讀你留存的，也讀你訂閱的。</translation>
    </message>
    <message>
        <source>No account, no telemetry: only your sources and the servers of their pictures are contacted. Free software, licence {licence}.</source>
        <translation>無需帳號，沒有遙測：只連線到你的來源及其圖片的伺服器。自由軟體，授權條款 {licence}。</translation>
    </message>
    <message>
        <source>No text of its licence came with it.</source>
        <translation>它沒有附上授權條款全文。</translation>
    </message>
</context>
<context>
    <name>AddFeed</name>
    <message>
        <source>Add a feed</source>
        <translation>新增訂閱</translation>
    </message>
    <message>
        <source>https://example.org or its feed</source>
        <translation>https://example.org 或其訂閱網址</translation>
    </message>
    <message>
        <source>Address of a site or a feed</source>
        <translation>網站或訂閱的網址</translation>
    </message>
    <message>
        <source>Folder in the sidebar (optional)</source>
        <translation>放入側邊欄資料夾（選填）</translation>
    </message>
    <message>
        <source>Folder in the sidebar</source>
        <translation>側邊欄資料夾</translation>
    </message>
    <message>
        <source>Inkstone reads this address and nothing else.</source>
        <translation>Inkstone 只讀取這個網址。</translation>
    </message>
    <message>
        <source>Feeds that were found</source>
        <translation>找到的訂閱源</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Accept this certificate</source>
        <translation>接受這張憑證</translation>
    </message>
    <message>
        <source>Asking {address}…</source>
        <translation>正在詢問 {address}…</translation>
    </message>
    <message>
        <source>Asking {address}… ({done} of {total})</source>
        <translation>正在詢問 {address}…（{done}/{total}）</translation>
    </message>
    <message>
        <source>You follow “{title}” already.</source>
        <translation>你已經訂閱了「{title}」。</translation>
    </message>
    <message>
        <source>This address leads to {count} feeds. Which do you want?</source>
        <translation>這個網址有 {count} 個訂閱源，要哪些？</translation>
    </message>
    <message>
        <source>newest {date}</source>
        <translation>最新 {date}</translation>
    </message>
    <message>
        <source>followed already</source>
        <translation>已訂閱</translation>
    </message>
    <message>
        <source>Add {count} feeds</source>
        <translation>新增 {count} 個訂閱</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
</context>
<context>
    <name>Arrivals</name>
    <message>
        <source>{count} things came at once: the first {most} are opened.</source>
        <translation>一次來了 {count} 項，只開啟前 {most} 項。</translation>
    </message>
    <message>
        <source>This link means nothing here: {link}</source>
        <translation>無法處理這個連結：{link}</translation>
    </message>
</context>
<context>
    <name>ArticleModel</name>
    <message>
        <source>Loading</source>
        <translation>載入中</translation>
    </message>
    <message>
        <source>unread</source>
        <translation>未讀</translation>
    </message>
    <message>
        <source>bookmarked</source>
        <translation>已加書籤</translation>
    </message>
</context>
<context>
    <name>ArticlePane</name>
    <message>
        <source>Text and theme</source>
        <translation>文字與主題</translation>
    </message>
    <message>
        <source>Mark as read or unread</source>
        <translation>標為已讀或未讀</translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation>加入書籤</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>返回清單</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Remove the bookmark</source>
        <translation>移除書籤</translation>
    </message>
    <message>
        <source>Mark as unread</source>
        <translation>標為未讀</translation>
    </message>
    <message>
        <source>Mark as read</source>
        <translation>標為已讀</translation>
    </message>
</context>
<context>
    <name>ArticleView</name>
    <message>
        <source>Articles</source>
        <translation>文章</translation>
    </message>
</context>
<context>
    <name>BackupList</name>
    <message>
        <source>None yet; the first one is made when nothing else goes on.</source>
        <translation>還沒有備份，閒置時會做第一份。</translation>
    </message>
</context>
<context>
    <name>Bar</name>
    <message>
        <source>Progress</source>
        <translation>進度</translation>
    </message>
</context>
<context>
    <name>Care</name>
    <message>
        <source>Backup and repair…</source>
        <translation>備份與修復…</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>Later</source>
        <translation>之後</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Last week</source>
        <translation>上週</translation>
    </message>
</context>
<context>
    <name>ExportActs</name>
    <message>
        <source>Bookmarks of a browser (*.html *.htm)</source>
        <translation>瀏覽器書籤 (*.html *.htm)</translation>
    </message>
    <message>
        <source>Import bookmarks</source>
        <translation>匯入書籤</translation>
    </message>
    <message>
        <source>“{name}” is no file of bookmarks</source>
        <translation>「{name}」不是書籤檔</translation>
    </message>
    <message>
        <source>1 bookmark added</source>
        <translation>已加入 1 個書籤</translation>
    </message>
    <message>
        <source>{count} bookmarks added</source>
        <translation>已加入 {count} 個書籤</translation>
    </message>
    <message>
        <source>, {count} were there already</source>
        <translation>，{count} 個早已存在</translation>
    </message>
    <message>
        <source>; what is no page was passed over</source>
        <translation>；不是網頁的已略過</translation>
    </message>
    <message>
        <source>Bookmarks for browsers (*.html)</source>
        <translation>瀏覽器書籤 (*.html)</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Table, CSV (*.csv)</source>
        <translation>表格，CSV (*.csv)</translation>
    </message>
    <message>
        <source>Export bookmarks</source>
        <translation>匯出書籤</translation>
    </message>
    <message>
        <source>Exporting bookmarks</source>
        <translation>正在匯出書籤</translation>
    </message>
    <message>
        <source>A folder of Markdown files (*)</source>
        <translation>Markdown 檔案的資料夾 (*)</translation>
    </message>
    <message>
        <source>A folder of pages, HTML (*)</source>
        <translation>HTML 網頁的資料夾 (*)</translation>
    </message>
    <message>
        <source>One file of JSON lines (*.jsonl)</source>
        <translation>單一 JSON Lines 檔案 (*.jsonl)</translation>
    </message>
    <message>
        <source>Export the articles of “{title}”</source>
        <translation>匯出「{title}」的文章</translation>
    </message>
    <message>
        <source>Exporting articles</source>
        <translation>正在匯出文章</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>已寫入：{path}</translation>
    </message>
    <message>
        <source>; {count} without their text</source>
        <translation>；{count} 篇沒有內文</translation>
    </message>
</context>
<context>
    <name>FailingPopover</name>
    <message>
        <source>1 source failing</source>
        <translation>1 個來源發生問題</translation>
    </message>
    <message>
        <source>{count} sources failing</source>
        <translation>{count} 個來源發生問題</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>另有 {count} 個</translation>
    </message>
    <message>
        <source>Stored articles are safe.</source>
        <translation>已存文章完好。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重試</translation>
    </message>
    <message>
        <source>Details…</source>
        <translation>詳細資訊…</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Find in the article</source>
        <translation>在文章中尋找</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>上一處</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>下一處</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation>{n} / {all}</translation>
    </message>
    <message>
        <source>none</source>
        <translation>無結果</translation>
    </message>
</context>
<context>
    <name>FirstStart</name>
    <message>
        <source>What would you like to read?</source>
        <translation>想讀點什麼？</translation>
    </message>
    <message>
        <source>Inkstone reads what you keep and what you follow, in one quiet list.</source>
        <translation>你留存的、你訂閱的，都在一份清靜的清單裡。</translation>
    </message>
    <message>
        <source>Add a feed</source>
        <translation>新增訂閱</translation>
    </message>
    <message>
        <source>Paste the address of a site, a feed or an RSSHub route</source>
        <translation>貼上網站、訂閱或 RSSHub 網址</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>開啟資料夾</translation>
    </message>
    <message>
        <source>Markdown and HTML files, where they are</source>
        <translation>Markdown 與 HTML，留在原處</translation>
    </message>
    <message>
        <source>Import OPML</source>
        <translation>匯入 OPML</translation>
    </message>
    <message>
        <source>Your list from another reader, with its folders</source>
        <translation>從其他閱讀器帶來訂閱與資料夾</translation>
    </message>
    <message>
        <source>Or look around first:</source>
        <translation>或者先隨意看看：</translation>
    </message>
    <message>
        <source>open the sample library</source>
        <translation>開啟範例文庫</translation>
    </message>
    <message>
        <source>You can also drop a link, a folder or an OPML file anywhere in this window.</source>
        <translation>也可以把連結、資料夾或 OPML 檔案拖進視窗。</translation>
    </message>
    <message>
        <source>No account. No telemetry. Inkstone contacts only the sources that you add and the servers of the pictures in their articles.</source>
        <translation>無需帳號，沒有遙測。Inkstone 只連線到你加入的來源，以及文章圖片所在的伺服器。</translation>
    </message>
</context>
<context>
    <name>FolderField</name>
    <message>
        <source>Choose a folder</source>
        <translation>選擇資料夾</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>不放入資料夾</translation>
    </message>
</context>
<context>
    <name>HealthModel</name>
    <message>
        <source>Source</source>
        <translation>來源</translation>
    </message>
    <message>
        <source>State</source>
        <translation>狀態</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>最近的錯誤</translation>
    </message>
    <message>
        <source>Articles</source>
        <translation>文章</translation>
    </message>
    <message>
        <source>Last success</source>
        <translation>最近一次成功</translation>
    </message>
    <message>
        <source>Next try</source>
        <translation>下次嘗試</translation>
    </message>
</context>
<context>
    <name>HealthView</name>
    <message>
        <source>Feeds’ health</source>
        <translation>訂閱的健康狀況</translation>
    </message>
    <message>
        <source>Refresh now</source>
        <translation>立即重新整理</translation>
    </message>
    <message>
        <source>Open its site</source>
        <translation>開啟它的網站</translation>
    </message>
    <message>
        <source>Change the address…</source>
        <translation>變更網址…</translation>
    </message>
    <message>
        <source>Properties</source>
        <translation>內容</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>{count} gone for good</source>
        <translation>{count} 個已永久消失</translation>
    </message>
    <message>
        <source>{count} failing for 7 days and more</source>
        <translation>{count} 個出錯達 7 天以上</translation>
    </message>
    <message>
        <source>{count} failing</source>
        <translation>{count} 個出錯</translation>
    </message>
    <message>
        <source>{count} waiting</source>
        <translation>{count} 個等待中</translation>
    </message>
    <message>
        <source>{count} silent for 90 days and more</source>
        <translation>{count} 個 90 天以上沒有新文章</translation>
    </message>
    <message>
        <source>{count} fine</source>
        <translation>{count} 個正常</translation>
    </message>
</context>
<context>
    <name>Held</name>
    <message>
        <source>Counting…</source>
        <translation>正在統計…</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Clear the picture cache</source>
        <translation>清除圖片快取</translation>
    </message>
    <message>
        <source>1 picture, {bytes}</source>
        <translation>1 張圖片，{bytes}</translation>
    </message>
    <message>
        <source>{count} pictures, {bytes}</source>
        <translation>{count} 張圖片，{bytes}</translation>
    </message>
    <message>
        <source>{bytes} of it belong to bookmarks, and stay.</source>
        <translation>其中 {bytes} 屬於書籤，予以保留。</translation>
    </message>
    <message>
        <source>Clearing…</source>
        <translation>正在清除…</translation>
    </message>
    <message>
        <source>The picture cache is cleared: {bytes} are free again.</source>
        <translation>圖片快取已清除，釋出 {bytes}。</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>no key</source>
        <translation>無快速鍵</translation>
    </message>
    <message>
        <source>Inkstone’s manual</source>
        <translation>Inkstone 使用手冊</translation>
    </message>
    <message>
        <source>Details copied, without private addresses.</source>
        <translation>已複製詳細資訊，不含私人網址。</translation>
    </message>
    <message>
        <source>There is no log: {folder}</source>
        <translation>沒有記錄檔：{folder}</translation>
    </message>
</context>
<context>
    <name>HistoryList</name>
    <message>
        <source>History</source>
        <translation>歷程記錄</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
    <message>
        <source>Undo: {what}</source>
        <translation>復原：{what}</translation>
    </message>
</context>
<context>
    <name>Hits</name>
    <message>
        <source>Match {number} of {count}</source>
        <translation>第 {number} 處，共 {count} 處</translation>
    </message>
    <message>
        <source>The words of the search are not in this article.</source>
        <translation>這篇文章裡沒有搜尋的字詞。</translation>
    </message>
</context>
<context>
    <name>ImportList</name>
    <message>
        <source>Import OPML</source>
        <translation>匯入 OPML</translation>
    </message>
    <message>
        <source>Reading the list…</source>
        <translation>正在讀取清單…</translation>
    </message>
    <message>
        <source>Feeds of the list</source>
        <translation>清單中的訂閱源</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全選</translation>
    </message>
    <message>
        <source>None</source>
        <translation>全不選</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>匯入</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>followed already</source>
        <translation>已訂閱</translation>
    </message>
    <message>
        <source>{host}, on your own network</source>
        <translation>{host}，在你自己的網路中</translation>
    </message>
    <message>
        <source>There is no feed in this list.</source>
        <translation>這份清單裡沒有訂閱源。</translation>
    </message>
    <message>
        <source>You follow all {count} feeds of this list already.</source>
        <translation>清單中的 {count} 個訂閱源你都已訂閱。</translation>
    </message>
    <message>
        <source>{count} feeds, all of them new.</source>
        <translation>{count} 個訂閱源，全是新的。</translation>
    </message>
    <message>
        <source>{new} new feeds; {known} are followed already and stay as they are.</source>
        <translation>{new} 個新訂閱源；{known} 個已訂閱，保持不變。</translation>
    </message>
    <message>
        <source>1 warning</source>
        <translation>1 則警告</translation>
    </message>
    <message>
        <source>{count} warnings</source>
        <translation>{count} 則警告</translation>
    </message>
    <message>
        <source>Import 1 feed</source>
        <translation>匯入 1 個訂閱源</translation>
    </message>
    <message>
        <source>Import {count} feeds</source>
        <translation>匯入 {count} 個訂閱源</translation>
    </message>
    <message>
        <source>Adding {count} feeds…</source>
        <translation>正在加入 {count} 個訂閱源…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
</context>
<context>
    <name>KeyModel</name>
    <message>
        <source>no key</source>
        <translation>無快速鍵</translation>
    </message>
</context>
<context>
    <name>KeySettings</name>
    <message>
        <source>Keys as in</source>
        <translation>快速鍵配置</translation>
    </message>
    <message>
        <source>Find a command or a key</source>
        <translation>尋找指令或快速鍵</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>變更</translation>
    </message>
    <message>
        <source>Add another key</source>
        <translation>再加一組快速鍵</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>恢復預設</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>全部恢復預設</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>指令及其快速鍵</translation>
    </message>
    <message>
        <source>Press the keys for “{command}”. Esc leaves it, Backspace clears.</source>
        <translation>請按下「{command}」的快速鍵。按 Esc 維持不變，按 Backspace 清除。</translation>
    </message>
    <message>
        <source>{commands} and {count} more</source>
        <translation>{commands}，另有 {count} 個</translation>
    </message>
    <message>
        <source>{key} is the key of: {commands}.</source>
        <translation>{key} 已用於：{commands}。</translation>
    </message>
    <message>
        <source>{key} begins the keys of: {commands}.</source>
        <translation>以下指令的快速鍵以 {key} 開頭：{commands}。</translation>
    </message>
    <message>
        <source>{key} goes on where another key ends: {commands}.</source>
        <translation>{key} 的開頭已是另一組快速鍵：{commands}。</translation>
    </message>
    <message>
        <source>Enter takes it over, Esc leaves it.</source>
        <translation>按 Enter 改用於此，按 Esc 維持不變。</translation>
    </message>
    <message>
        <source>It lies beside the key that refreshes: easily hit by mistake.</source>
        <translation>它緊鄰重新整理的按鍵，容易誤按。</translation>
    </message>
    <message>
        <source>In text fields it does what it does there.</source>
        <translation>在輸入欄位中，它仍是原本的作用。</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keys</source>
        <translation>快速鍵</translation>
    </message>
    <message>
        <source>Find a key or what it does</source>
        <translation>尋找快速鍵或其作用</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>No key does this.</source>
        <translation>沒有快速鍵對應這項功能。</translation>
    </message>
</context>
<context>
    <name>LibraryCare</name>
    <message>
        <source>Backup and repair</source>
        <translation>備份與修復</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>正在統計…</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>開啟資料夾</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>立即檢查</translation>
    </message>
    <message>
        <source>Backups that are kept</source>
        <translation>保留的備份數</translation>
    </message>
    <message>
        <source>Days between two backups</source>
        <translation>備份間隔天數</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>備份</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>還原…</translation>
    </message>
    <message>
        <source>Restore a file…</source>
        <translation>從檔案還原…</translation>
    </message>
    <message>
        <source>Back up now…</source>
        <translation>立即備份…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>The library</source>
        <translation>文庫</translation>
    </message>
    <message>
        <source>Lies in</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Holds</source>
        <translation>內容</translation>
    </message>
    <message>
        <source>Last check</source>
        <translation>上次檢查</translation>
    </message>
    <message>
        <source>kept, one every</source>
        <translation>份，每隔</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>By themselves</source>
        <translation>自動備份</translation>
    </message>
    <message>
        <source>A backup is one file with articles, bookmarks, notes, settings and history, and is read again when it is written. To move to another computer, back up here and restore there. Passwords stay in the system’s keyring, and pictures are fetched again.</source>
        <translation>備份是一個檔案，包含文章、書籤、筆記、設定和歷程記錄，寫好後會重讀一遍加以驗證。要換電腦，在這裡備份，到那裡還原。密碼留在系統鑰匙圈中，圖片會重新取得。</translation>
    </message>
    <message>
        <source>Library {bytes}</source>
        <translation>文庫 {bytes}</translation>
    </message>
    <message>
        <source>pictures {bytes}</source>
        <translation>圖片 {bytes}</translation>
    </message>
    <message>
        <source>backups {bytes}</source>
        <translation>備份 {bytes}</translation>
    </message>
    <message>
        <source>Not yet; it is checked by itself once a day</source>
        <translation>尚未檢查，每天會自動檢查一次</translation>
    </message>
    <message>
        <source>{time}: it is sound</source>
        <translation>{time}：完好</translation>
    </message>
    <message>
        <source>{time}: it is damaged</source>
        <translation>{time}：已損毀</translation>
    </message>
    <message>
        <source>The library’s file is damaged.</source>
        <translation>文庫的檔案已損毀。</translation>
    </message>
    <message>
        <source>“{problem}”. Repairing saves what can be read into a new file, and bookmarks and notes come back from the journal; the damaged file is kept. A backup brings back the state of its day.</source>
        <translation>「{problem}」。修復會把還能讀出的內容存入新檔案，書籤和筆記由日誌找回；損毀的檔案會保留。用備份則回到備份那天的狀態。</translation>
    </message>
    <message>
        <source>Repair now</source>
        <translation>立即修復</translation>
    </message>
    <message>
        <source>Restore a backup…</source>
        <translation>還原備份…</translation>
    </message>
    <message>
        <source>The library is damaged.</source>
        <translation>文庫已損毀。</translation>
    </message>
    <message>
        <source>The library is sound.</source>
        <translation>文庫完好。</translation>
    </message>
    <message>
        <source>Backups (*.zip)</source>
        <translation>備份 (*.zip)</translation>
    </message>
    <message>
        <source>Back up the library</source>
        <translation>備份文庫</translation>
    </message>
    <message>
        <source>Written and read again: {file}, {bytes}</source>
        <translation>已寫入並驗證：{file}，{bytes}</translation>
    </message>
    <message>
        <source>Backups (*.zip *.sqlite3)</source>
        <translation>備份 (*.zip *.sqlite3)</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>還原備份</translation>
    </message>
    <message>
        <source>It holds {what}.</source>
        <translation>其中有 {what}。</translation>
    </message>
    <message>
        <source>The settings in it are taken as well.</source>
        <translation>其中的設定也會採用。</translation>
    </message>
    <message>
        <source>The library as it is now is kept beside it. The window closes and opens again.</source>
        <translation>現在的文庫會保留在旁邊。視窗將關閉並重新開啟。</translation>
    </message>
    <message>
        <source>Put the backup of {day} in the library’s place?</source>
        <translation>用 {day} 的備份取代文庫？</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>還原</translation>
    </message>
    <message>
        <source>Repair the library?</source>
        <translation>修復文庫？</translation>
    </message>
    <message>
        <source>The window closes, and opens again when it is done. The damaged file is kept.</source>
        <translation>視窗將關閉，完成後重新開啟。損毀的檔案會保留。</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>修復</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>LicenceText</name>
    <message>
        <source>Licence of {name}</source>
        <translation>{name} 的授權條款</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
</context>
<context>
    <name>Line</name>
    <message>
        <source>Back to the default</source>
        <translation>恢復預設</translation>
    </message>
    <message>
        <source>Default: {value}</source>
        <translation>預設：{value}</translation>
    </message>
</context>
<context>
    <name>ListPane</name>
    <message>
        <source>Back to the sources</source>
        <translation>返回來源</translation>
    </message>
    <message>
        <source>Sort</source>
        <translation>排序</translation>
    </message>
</context>
<context>
    <name>Listing</name>
    <message>
        <source>Search</source>
        <translation>搜尋</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>未讀</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>書籤</translation>
    </message>
    <message>
        <source>Continue reading</source>
        <translation>繼續閱讀</translation>
    </message>
    <message>
        <source>All articles</source>
        <translation>所有文章</translation>
    </message>
    <message>
        <source>Not understood</source>
        <translation>無法理解</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>找不到</translation>
    </message>
    <message>
        <source>No article contains these words.</source>
        <translation>沒有文章包含這些字詞。</translation>
    </message>
    <message>
        <source>This source has not been read yet.</source>
        <translation>這個來源尚未讀取過。</translation>
    </message>
    <message>
        <source>This source holds no articles yet.</source>
        <translation>這個來源還沒有文章。</translation>
    </message>
    <message>
        <source>No articles</source>
        <translation>沒有文章</translation>
    </message>
    <message>
        <source>No article of “{list}” contains these words.</source>
        <translation>「{list}」中沒有文章包含這些字詞。</translation>
    </message>
    <message>
        <source>Search everywhere</source>
        <translation>搜尋全部</translation>
    </message>
    <message>
        <source>No article is found by “{query}” now. What comes later will stand here.</source>
        <translation>目前沒有文章符合「{query}」，日後有了會出現在這裡。</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>重新整理</translation>
    </message>
    <message>
        <source>Press S in an article, and it stays here, whatever happens to its source.</source>
        <translation>閱讀時按 S 即可留下，來源消失也不怕。</translation>
    </message>
    <message>
        <source>Nothing bookmarked yet</source>
        <translation>還沒有書籤</translation>
    </message>
    <message>
        <source>An article that you leave half read waits here, at the place where you left it.</source>
        <translation>讀到一半的文章會在這裡，停在上次的位置。</translation>
    </message>
    <message>
        <source>Nothing half read</source>
        <translation>沒有讀到一半的文章</translation>
    </message>
    <message>
        <source>Nothing new today</source>
        <translation>今天沒有新文章</translation>
    </message>
    <message>
        <source>No article is dated today.</source>
        <translation>沒有日期為今天的文章。</translation>
    </message>
    <message>
        <source>Your sources hold no articles yet.</source>
        <translation>你的來源裡還沒有文章。</translation>
    </message>
    <message>
        <source>Everything in {list} has been read. New articles arrive with the next refresh.</source>
        <translation>「{list}」已讀完，下次重新整理會有新文章。</translation>
    </message>
    <message>
        <source>All caught up</source>
        <translation>都讀完了</translation>
    </message>
    <message>
        <source>Show read articles</source>
        <translation>顯示已讀</translation>
    </message>
    <message>
        <source>Not refreshed yet</source>
        <translation>尚未成功重新整理</translation>
    </message>
    <message>
        <source>Not refreshed since {date}</source>
        <translation>自 {date} 起未能重新整理</translation>
    </message>
    <message>
        <source>Stored articles are safe.</source>
        <translation>已存文章完好。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重試</translation>
    </message>
    <message>
        <source>Change the address…</source>
        <translation>變更網址…</translation>
    </message>
</context>
<context>
    <name>LookPopover</name>
    <message>
        <source>Text and theme</source>
        <translation>文字與主題</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟隨系統</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>淺色</translation>
    </message>
    <message>
        <source>Sepia</source>
        <translation>米黃</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Contrast, light</source>
        <translation>高對比淺色</translation>
    </message>
    <message>
        <source>Contrast, dark</source>
        <translation>高對比深色</translation>
    </message>
    <message>
        <source>Sans</source>
        <translation>黑體</translation>
    </message>
    <message>
        <source>Serif</source>
        <translation>明體</translation>
    </message>
    <message>
        <source>Latin font</source>
        <translation>西文字型</translation>
    </message>
    <message>
        <source>CJK font</source>
        <translation>中日韓字型</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>字級</translation>
    </message>
    <message>
        <source>{n} px</source>
        <translation>{n} 像素</translation>
    </message>
    <message>
        <source>Line height</source>
        <translation>行高</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n}%</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>行寬</translation>
    </message>
    <message>
        <source>{n} em</source>
        <translation>{n} 字</translation>
    </message>
    <message>
        <source>Justify Chinese and Japanese</source>
        <translation>中文與日文左右對齊</translation>
    </message>
    <message>
        <source>Reset to defaults</source>
        <translation>恢復預設</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自動</translation>
    </message>
</context>
<context>
    <name>Marking</name>
    <message>
        <source>Nothing unread in this list.</source>
        <translation>清單中沒有未讀文章。</translation>
    </message>
    <message>
        <source>1 article marked as read</source>
        <translation>已將 1 篇標為已讀</translation>
    </message>
    <message>
        <source>{count} articles marked as read</source>
        <translation>已將 {count} 篇標為已讀</translation>
    </message>
    <message>
        <source>What is bookmarked stays: remove its bookmark first.</source>
        <translation>有書籤的文章會保留：請先移除書籤。</translation>
    </message>
    <message>
        <source>Removed: “{title}”</source>
        <translation>已移除：「{title}」</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
    <message>
        <source>Undone.</source>
        <translation>已復原。</translation>
    </message>
    <message>
        <source>Nothing to undo.</source>
        <translation>沒有可復原的操作。</translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message>
        <source>Open</source>
        <translation>開啟</translation>
    </message>
</context>
<context>
    <name>Outside</name>
    <message>
        <source>This article has no page on the web.</source>
        <translation>這篇文章沒有網頁。</translation>
    </message>
    <message>
        <source>Copied: {text}</source>
        <translation>已複製：{text}</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Command palette</source>
        <translation>指令面板</translation>
    </message>
    <message>
        <source>Find commands, sources, tags, articles and settings</source>
        <translation>尋找指令、來源、標籤、文章和設定</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>結果</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>找不到</translation>
    </message>
    <message>
        <source>{n} of {count}</source>
        <translation>第 {n} 項，共 {count} 項</translation>
    </message>
</context>
<context>
    <name>PartList</name>
    <message>
        <source>Libraries and licences</source>
        <translation>所用程式庫與授權條款</translation>
    </message>
</context>
<context>
    <name>PictureActs</name>
    <message>
        <source>This article has no pictures.</source>
        <translation>本文沒有圖片。</translation>
    </message>
    <message>
        <source>No article is open.</source>
        <translation>沒有開啟的文章。</translation>
    </message>
    <message>
        <source>Details of the pictures copied.</source>
        <translation>已複製圖片詳細資訊。</translation>
    </message>
    <message>
        <source>Show large</source>
        <translation>放大檢視</translation>
    </message>
    <message>
        <source>Open the picture in the browser</source>
        <translation>在瀏覽器中開啟圖片</translation>
    </message>
    <message>
        <source>Copy the picture’s address</source>
        <translation>複製圖片網址</translation>
    </message>
    <message>
        <source>Picture doctor</source>
        <translation>圖片診斷</translation>
    </message>
    <message>
        <source>Open the link in the browser</source>
        <translation>在瀏覽器中開啟連結</translation>
    </message>
    <message>
        <source>Copy the link’s address</source>
        <translation>複製連結網址</translation>
    </message>
    <message>
        <source>The pictures of this source are always loaded from now on.</source>
        <translation>今後一律載入此來源的圖片。</translation>
    </message>
</context>
<context>
    <name>PictureDoctor</name>
    <message>
        <source>Picture doctor</source>
        <translation>圖片診斷</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重試</translation>
    </message>
    <message>
        <source>Retry all that are missing</source>
        <translation>重試所有缺少的</translation>
    </message>
    <message>
        <source>Show large</source>
        <translation>放大檢視</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在瀏覽器中開啟</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>複製詳細資訊</translation>
    </message>
    <message>
        <source>Pictures of the article</source>
        <translation>本文的圖片</translation>
    </message>
    <message>
        <source>This article has no pictures.</source>
        <translation>本文沒有圖片。</translation>
    </message>
    <message>
        <source>{missing} of {count} missing</source>
        <translation>{count} 張中缺 {missing} 張</translation>
    </message>
    <message>
        <source>{count} pictures, none is missing</source>
        <translation>{count} 張圖片，一張不缺</translation>
    </message>
</context>
<context>
    <name>PictureModel</name>
    <message>
        <source>Asking…</source>
        <translation>正在請求…</translation>
    </message>
</context>
<context>
    <name>PictureViewer</name>
    <message>
        <source>Previous picture</source>
        <translation>上一張圖片</translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation>下一張圖片</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>縮小</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Fit the window</source>
        <translation>符合視窗</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>實際大小</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存新檔…</translation>
    </message>
    <message>
        <source>Copy the picture</source>
        <translation>複製圖片</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>在瀏覽器中開啟</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>{n} of {count}</source>
        <translation>第 {n} 張，共 {count} 張</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重試</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent}%</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>儲存圖片</translation>
    </message>
    <message>
        <source>Saved: {name}</source>
        <translation>已儲存：{name}</translation>
    </message>
    <message>
        <source>Copied: {name}</source>
        <translation>已複製：{name}</translation>
    </message>
</context>
<context>
    <name>Places</name>
    <message>
        <source>Library</source>
        <translation>文庫</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>記錄檔</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>顯示</translation>
    </message>
    <message>
        <source>Show: {name}</source>
        <translation>顯示：{name}</translation>
    </message>
</context>
<context>
    <name>Privacy</name>
    <message>
        <source>Feeds: {feeds}. Their servers: {servers}. Pictures: as the page on pictures says.</source>
        <translation>訂閱：{feeds}。所在伺服器：{servers}。圖片：依「圖片」頁的設定。</translation>
    </message>
</context>
<context>
    <name>Reading</name>
    <message>
        <source>Video</source>
        <translation>影片</translation>
    </message>
    <message>
        <source>Audio</source>
        <translation>音訊</translation>
    </message>
    <message>
        <source>Open in player or browser</source>
        <translation>在播放器或瀏覽器中開啟</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在瀏覽器中開啟</translation>
    </message>
</context>
<context>
    <name>RefreshWords</name>
    <message>
        <source>This library can only be read; nothing is changed.</source>
        <translation>文庫唯讀，不會有任何變更。</translation>
    </message>
    <message>
        <source>Refreshing {done} of {total}</source>
        <translation>正在重新整理 {done} / {total}</translation>
    </message>
    <message>
        <source>Pictures {done} of {total}</source>
        <translation>圖片 {done} / {total}</translation>
    </message>
    <message>
        <source>Nothing was asked: the server wants no visit before {time}.</source>
        <translation>沒有送出要求：伺服器要求 {time} 之後再來。</translation>
    </message>
    <message>
        <source>This network seems to want a login first: pages came where feeds were.</source>
        <translation>這個網路似乎需要先登入：訂閱源的位置傳回了網頁。</translation>
    </message>
    <message>
        <source>Offline. Reading from this computer.</source>
        <translation>離線，正在讀取本機內容。</translation>
    </message>
    <message>
        <source>Stopped. What came is stored.</source>
        <translation>已停止，收到的都已存好。</translation>
    </message>
</context>
<context>
    <name>Rescue</name>
    <message>
        <source>The library is damaged</source>
        <translation>文庫已損毀</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>備份</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>修復</translation>
    </message>
    <message>
        <source>Restore this backup</source>
        <translation>還原這份備份</translation>
    </message>
    <message>
        <source>Restore a file…</source>
        <translation>從檔案還原…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>結束</translation>
    </message>
    <message>
        <source>Open the library</source>
        <translation>開啟文庫</translation>
    </message>
    <message>
        <source>Repair saves what can be read into a new file, and brings bookmarks, tags and notes back from the journal. Or put a backup in its place. Either way the damaged file is kept beside the new one. Quit changes nothing.</source>
        <translation>修復會把還能讀出的內容存入新檔案，並由日誌找回書籤、標籤和筆記。也可以用備份取代它。無論哪種，損毀的檔案都保留在新檔案旁邊。結束則不作任何變更。</translation>
    </message>
    <message>
        <source>Backups (*.zip *.sqlite3)</source>
        <translation>備份 (*.zip *.sqlite3)</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>還原備份</translation>
    </message>
    <message>
        <source>Repairing the library…</source>
        <translation>正在修復文庫…</translation>
    </message>
    <message>
        <source>What can be read is saved into a new file.</source>
        <translation>還能讀出的內容會存入新檔案。</translation>
    </message>
    <message>
        <source>Putting the backup back…</source>
        <translation>正在還原備份…</translation>
    </message>
    <message>
        <source>Now in the library: {what}.</source>
        <translation>文庫中現有：{what}。</translation>
    </message>
    <message>
        <source>Articles that have lost their text, and keep title and summary: {count}.</source>
        <translation>失去內文、只剩標題與摘要的文章：{count} 篇。</translation>
    </message>
    <message>
        <source>Articles that have lost their source, and stand in “Kept”: {count}.</source>
        <translation>失去來源、歸入「留存」的文章：{count} 篇。</translation>
    </message>
    <message>
        <source>Bookmarks that have lost their article: {count}.</source>
        <translation>失去文章的書籤：{count} 個。</translation>
    </message>
    <message>
        <source>The damaged file is kept as {name}.</source>
        <translation>損毀的檔案保留為 {name}。</translation>
    </message>
    <message>
        <source>The library is repaired</source>
        <translation>文庫已修復</translation>
    </message>
    <message>
        <source>What was there is kept as {name}.</source>
        <translation>原本的文庫保留為 {name}。</translation>
    </message>
    <message>
        <source>The backup is back</source>
        <translation>備份已還原</translation>
    </message>
    <message>
        <source>It could not be done</source>
        <translation>未能完成</translation>
    </message>
</context>
<context>
    <name>Retention</name>
    <message>
        <source>Remove them now</source>
        <translation>立即移除</translation>
    </message>
    <message>
        <source>Nothing.</source>
        <translation>沒有。</translation>
    </message>
    <message>
        <source>It would remove {articles}. They can be brought back from the history for 30 days.</source>
        <translation>將移除 {articles}，30 天內可從歷程記錄復原。</translation>
    </message>
    <message>
        <source>{articles} go within some minutes. They can be brought back from the history for 30 days.</source>
        <translation>{articles}將在幾分鐘內移除，30 天內可從歷程記錄復原。</translation>
    </message>
    <message>
        <source>They are being removed.</source>
        <translation>正在移除。</translation>
    </message>
</context>
<context>
    <name>Safekeeping</name>
    <message>
        <source>Writing a backup</source>
        <translation>正在寫入備份</translation>
    </message>
    <message>
        <source>Checking the library</source>
        <translation>正在檢查文庫</translation>
    </message>
    <message>
        <source>another long work is not done yet</source>
        <translation>另一項耗時作業尚未完成</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Search all articles</source>
        <translation>搜尋所有文章</translation>
    </message>
    <message>
        <source>Where to search: {where}</source>
        <translation>搜尋範圍：{where}</translation>
    </message>
    <message>
        <source>Search in “{list}”</source>
        <translation>在「{list}」中搜尋</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>In: {list}</source>
        <translation>範圍：{list}</translation>
    </message>
    <message>
        <source>More than {count} results</source>
        <translation>超過 {count} 個結果</translation>
    </message>
    <message>
        <source>1 result</source>
        <translation>1 個結果</translation>
    </message>
    <message>
        <source>{count} results</source>
        <translation>{count} 個結果</translation>
    </message>
    <message>
        <source>No results</source>
        <translation>沒有結果</translation>
    </message>
</context>
<context>
    <name>Selecting</name>
    <message>
        <source>Mark as read or unread</source>
        <translation>標為已讀或未讀</translation>
    </message>
    <message>
        <source>Bookmark, or let go</source>
        <translation>加入或移除書籤</translation>
    </message>
    <message>
        <source>Add tags…</source>
        <translation>加上標籤…</translation>
    </message>
    <message>
        <source>Copy the links</source>
        <translation>複製連結</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>{count} articles selected</source>
        <translation>已選取 {count} 篇</translation>
    </message>
    <message>
        <source>1 article marked as read</source>
        <translation>已將 1 篇標為已讀</translation>
    </message>
    <message>
        <source>{count} articles marked as read</source>
        <translation>已將 {count} 篇標為已讀</translation>
    </message>
    <message>
        <source>1 article marked as unread</source>
        <translation>已將 1 篇標為未讀</translation>
    </message>
    <message>
        <source>{count} articles marked as unread</source>
        <translation>已將 {count} 篇標為未讀</translation>
    </message>
    <message>
        <source>Nothing to mark there.</source>
        <translation>那裡沒有可標記的文章。</translation>
    </message>
    <message>
        <source>1 article bookmarked</source>
        <translation>已為 1 篇文章加入書籤</translation>
    </message>
    <message>
        <source>{count} articles bookmarked</source>
        <translation>已為 {count} 篇文章加入書籤</translation>
    </message>
    <message>
        <source>1 bookmark removed</source>
        <translation>已移除 1 個書籤</translation>
    </message>
    <message>
        <source>{count} bookmarks removed</source>
        <translation>已移除 {count} 個書籤</translation>
    </message>
    <message>
        <source>1 article removed</source>
        <translation>已移除 1 篇文章</translation>
    </message>
    <message>
        <source>{count} articles removed</source>
        <translation>已移除 {count} 篇文章</translation>
    </message>
    <message>
        <source>What is bookmarked stays: remove its bookmark first.</source>
        <translation>有書籤的文章會保留：請先移除書籤。</translation>
    </message>
    <message>
        <source>{count} links copied</source>
        <translation>已複製 {count} 個連結</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
    <message>
        <source>1 article tagged</source>
        <translation>已為 1 篇文章加上標籤</translation>
    </message>
    <message>
        <source>{count} articles tagged</source>
        <translation>已為 {count} 篇文章加上標籤</translation>
    </message>
</context>
<context>
    <name>SettingsFile</name>
    <message>
        <source>Export settings…</source>
        <translation>匯出設定…</translation>
    </message>
    <message>
        <source>Import settings…</source>
        <translation>匯入設定…</translation>
    </message>
    <message>
        <source>Show the file</source>
        <translation>顯示檔案</translation>
    </message>
    <message>
        <source>Export settings</source>
        <translation>匯出設定</translation>
    </message>
    <message>
        <source>Settings (*.json)</source>
        <translation>設定 (*.json)</translation>
    </message>
    <message>
        <source>{file} cannot be written: {detail}.</source>
        <translation>無法寫入 {file}：{detail}。</translation>
    </message>
    <message>
        <source>Exported to {file}.</source>
        <translation>已匯出至 {file}。</translation>
    </message>
    <message>
        <source>Import settings</source>
        <translation>匯入設定</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>搜尋設定</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>頁面</translation>
    </message>
    <message>
        <source>No setting is called so.</source>
        <translation>沒有這樣的設定。</translation>
    </message>
</context>
<context>
    <name>Showing</name>
    <message>
        <source>Attachments</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在瀏覽器中開啟</translation>
    </message>
    <message>
        <source>Audio</source>
        <translation>音訊</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>影片</translation>
    </message>
    <message>
        <source>Next article</source>
        <translation>下一篇</translation>
    </message>
    <message>
        <source>Original:</source>
        <translation>原文：</translation>
    </message>
    <message>
        <source>Pictures are not loaded here.</source>
        <translation>此處不載入圖片。</translation>
    </message>
    <message>
        <source>Load now</source>
        <translation>現在載入</translation>
    </message>
    <message>
        <source>Always for this source</source>
        <translation>此來源一律載入</translation>
    </message>
    <message>
        <source>Source, as it was received</source>
        <translation>原始碼，收到時的原樣</translation>
    </message>
    <message>
        <source>Original words, with nothing removed</source>
        <translation>原文，未經刪減</translation>
    </message>
    <message>
        <source>This article cannot be shown</source>
        <translation>這篇文章無法顯示</translation>
    </message>
    <message>
        <source>No article selected</source>
        <translation>未選取文章</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Menu</source>
        <translation>選單</translation>
    </message>
    <message>
        <source>Refresh all sources</source>
        <translation>重新整理所有來源</translation>
    </message>
    <message>
        <source>Add a source</source>
        <translation>新增來源</translation>
    </message>
    <message>
        <source>Filter sources</source>
        <translation>篩選來源</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>未讀</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>書籤</translation>
    </message>
    <message>
        <source>Continue reading</source>
        <translation>繼續閱讀</translation>
    </message>
    <message>
        <source>All articles</source>
        <translation>所有文章</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>來源</translation>
    </message>
    <message>
        <source>In “{name}”</source>
        <translation>位於「{name}」</translation>
    </message>
    <message>
        <source>being refreshed</source>
        <translation>正在重新整理</translation>
    </message>
    <message>
        <source>trouble</source>
        <translation>發生問題</translation>
    </message>
    <message>
        <source>{count} unread</source>
        <translation>{count} 篇未讀</translation>
    </message>
</context>
<context>
    <name>SmartDialog</name>
    <message>
        <source>Smart folder</source>
        <translation>智慧型資料夾</translation>
    </message>
    <message>
        <source>As the search reads</source>
        <translation>與搜尋字詞相同</translation>
    </message>
    <message>
        <source>Words to look for</source>
        <translation>要尋找的字詞</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>儲存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Also: title: author: source: tag: is:unread is:bookmarked after:2024 -word OR &quot;a phrase&quot;</source>
        <translation>還可用：title: author: source: tag: is:unread is:bookmarked after:2024 -字詞 OR &quot;片語&quot;</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名稱</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜尋</translation>
    </message>
    <message>
        <source>Write a word, or a condition such as is:bookmarked.</source>
        <translation>請寫一個字詞，或 is:bookmarked 之類的條件。</translation>
    </message>
    <message>
        <source>{articles}, {count} unread</source>
        <translation>{articles}，{count} 篇未讀</translation>
    </message>
</context>
<context>
    <name>SmartFolders</name>
    <message>
        <source>A smart folder cannot look in this list alone: search everywhere.</source>
        <translation>智慧型資料夾不能只查這個清單，請搜尋全部。</translation>
    </message>
    <message>
        <source>Saved as smart folder: “{name}”</source>
        <translation>已存為智慧型資料夾：「{name}」</translation>
    </message>
    <message>
        <source>Removed: “{title}”</source>
        <translation>已移除：「{title}」</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
    <message>
        <source>Mark as read</source>
        <translation>標為已讀</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重新命名</translation>
    </message>
    <message>
        <source>Edit the search…</source>
        <translation>編輯搜尋…</translation>
    </message>
    <message>
        <source>Copy the search</source>
        <translation>複製搜尋</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>SourceActs</name>
    <message>
        <source>Choose a source first.</source>
        <translation>請先選擇一個來源。</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>開啟資料夾</translation>
    </message>
    <message>
        <source>Articles</source>
        <translation>文章</translation>
    </message>
    <message>
        <source>Open a file</source>
        <translation>開啟檔案</translation>
    </message>
    <message>
        <source>Sample library</source>
        <translation>範例文庫</translation>
    </message>
    <message>
        <source>Import OPML</source>
        <translation>匯入 OPML</translation>
    </message>
    <message>
        <source>1 feed added</source>
        <translation>已加入 1 個訂閱</translation>
    </message>
    <message>
        <source>{count} feeds added</source>
        <translation>已加入 {count} 個訂閱</translation>
    </message>
    <message>
        <source>OPML, keys in addresses starred (*.opml)</source>
        <translation>OPML，網址中的金鑰以星號代替 (*.opml)</translation>
    </message>
    <message>
        <source>OPML with keys, for yourself (*.opml)</source>
        <translation>OPML，含金鑰，僅供自己使用 (*.opml)</translation>
    </message>
    <message>
        <source>Export OPML</source>
        <translation>匯出 OPML</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>已寫入：{path}</translation>
    </message>
</context>
<context>
    <name>SourceChanges</name>
    <message>
        <source>“{before}” is called “{title}” now</source>
        <translation>「{before}」現在叫「{title}」</translation>
    </message>
    <message>
        <source>“{title}” moved to “{folder}”</source>
        <translation>「{title}」已移到「{folder}」</translation>
    </message>
    <message>
        <source>“{title}” moved</source>
        <translation>「{title}」已移動</translation>
    </message>
    <message>
        <source>{count} sources moved</source>
        <translation>已移動 {count} 個來源</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新增資料夾</translation>
    </message>
    <message>
        <source>What is kept goes when its bookmarks go.</source>
        <translation>保留的文章會隨書籤一起消失。</translation>
    </message>
    <message>
        <source>“{title}” removed; what you bookmarked stays</source>
        <translation>「{title}」已移除，加了書籤的文章仍保留</translation>
    </message>
    <message>
        <source>{count} sources removed; what you bookmarked stays</source>
        <translation>已移除 {count} 個來源，加了書籤的文章仍保留</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
</context>
<context>
    <name>SourcePanel</name>
    <message>
        <source>Properties</source>
        <translation>內容</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>儲存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>As the source calls itself</source>
        <translation>用來源自己的名稱</translation>
    </message>
    <message>
        <source>None</source>
        <translation>無</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>網址</translation>
    </message>
    <message>
        <source>Refresh every</source>
        <translation>重新整理間隔</translation>
    </message>
    <message>
        <source>As set for all</source>
        <translation>與整體設定相同</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>一律</translation>
    </message>
    <message>
        <source>On a click</source>
        <translation>點按時</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>從不</translation>
    </message>
    <message>
        <source>Load pictures</source>
        <translation>載入圖片</translation>
    </message>
    <message>
        <source>Fetch pictures ahead</source>
        <translation>預先取得圖片</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>使用者名稱</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>不變</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密碼</translation>
    </message>
    <message>
        <source>Name: value</source>
        <translation>X-Name: 值</translation>
    </message>
    <message>
        <source>Headers</source>
        <translation>請求標頭</translation>
    </message>
    <message>
        <source>List drafts, too</source>
        <translation>也列出草稿</translation>
    </message>
    <message>
        <source>Unread again when changed</source>
        <translation>有更動時重新標為未讀</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>週</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>天</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>來源</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>標題</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>資料夾</translation>
    </message>
    <message>
        <source>Refreshing</source>
        <translation>重新整理</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>圖片</translation>
    </message>
    <message>
        <source>Fetch ahead</source>
        <translation>預先取得</translation>
    </message>
    <message>
        <source>All of them, for reading offline</source>
        <translation>全部，供離線閱讀</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>存取</translation>
    </message>
    <message>
        <source>User</source>
        <translation>使用者</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>憑證</translation>
    </message>
    <message>
        <source>Articles</source>
        <translation>文章</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>What is not published yet</source>
        <translation>尚未發布的文章</translation>
    </message>
    <message>
        <source>When changed</source>
        <translation>有更動時</translation>
    </message>
    <message>
        <source>Unread again</source>
        <translation>重新標為未讀</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>articles</source>
        <translation>篇</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Bookmarked articles always stay.</source>
        <translation>加了書籤的文章一律保留。</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>健康狀況</translation>
    </message>
    <message>
        <source>State</source>
        <translation>狀態</translation>
    </message>
    <message>
        <source>Last success</source>
        <translation>最近一次成功</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>最近的錯誤</translation>
    </message>
    <message>
        <source>Next try</source>
        <translation>下次嘗試</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>已儲存</translation>
    </message>
    <message>
        <source>Only one that is signed by a known authority</source>
        <translation>僅限由已知機構簽發的憑證</translation>
    </message>
    <message>
        <source>Accepted: {fingerprint}…</source>
        <translation>已接受：{fingerprint}…</translation>
    </message>
    <message>
        <source>Forget it</source>
        <translation>忘掉它</translation>
    </message>
    <message>
        <source>Look at it…</source>
        <translation>檢視…</translation>
    </message>
    <message>
        <source>Its certificate is signed by nobody known. Save to accept this very one.</source>
        <translation>它的憑證並非由已知機構簽發。儲存即表示只接受這一張。</translation>
    </message>
    <message>
        <source>Its certificate needs no leave of yours.</source>
        <translation>它的憑證無需你特別許可。</translation>
    </message>
    <message>
        <source>“{line}” is no header: it needs a colon</source>
        <translation>「{line}」不是請求標頭：缺少冒號</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
</context>
<context>
    <name>SourceView</name>
    <message>
        <source>Sources</source>
        <translation>來源</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Offline</source>
        <translation>離線</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>1 source failing</source>
        <translation>1 個來源發生問題</translation>
    </message>
    <message>
        <source>{count} sources failing</source>
        <translation>{count} 個來源發生問題</translation>
    </message>
</context>
<context>
    <name>Storing</name>
    <message>
        <source>Storing what you did to {count} articles…</source>
        <translation>正在儲存對 {count} 篇文章的操作…</translation>
    </message>
</context>
<context>
    <name>Surroundings</name>
    <message>
        <source>This desktop has no place for an icon: the window stays as it is.</source>
        <translation>這個桌面沒有放圖示的地方，視窗照舊。</translation>
    </message>
    <message>
        <source>Nothing here shows notifications: new articles are counted in the sidebar.</source>
        <translation>這裡無法顯示通知，新文章數見側邊欄。</translation>
    </message>
</context>
<context>
    <name>TagPopover</name>
    <message>
        <source>Tags and note</source>
        <translation>標籤與筆記</translation>
    </message>
    <message>
        <source>Remove the tag “{word}”</source>
        <translation>移除標籤「{word}」</translation>
    </message>
    <message>
        <source>Add a tag</source>
        <translation>加上標籤</translation>
    </message>
    <message>
        <source>Add the tag “{word}”</source>
        <translation>加上標籤「{word}」</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>筆記</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>標籤</translation>
    </message>
    <message>
        <source>Tags of {count} articles</source>
        <translation>{count} 篇文章的標籤</translation>
    </message>
    <message>
        <source>What has a tag or a note is bookmarked.</source>
        <translation>加上標籤或筆記的文章會同時加入書籤。</translation>
    </message>
    <message>
        <source>What gets a tag is bookmarked.</source>
        <translation>加上標籤的文章會同時加入書籤。</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Inkstone, {count} unread</source>
        <translation>Inkstone，{count} 篇未讀</translation>
    </message>
    <message>
        <source>Open Inkstone</source>
        <translation>開啟 Inkstone</translation>
    </message>
</context>
<context>
    <name>TroublePopover</name>
    <message>
        <source>Copy details</source>
        <translation>複製詳細資訊</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
</context>
<context>
    <name>Troubles</name>
    <message>
        <source>Try again</source>
        <translation>重試</translation>
    </message>
    <message>
        <source>Look after the library…</source>
        <translation>備份與修復文庫…</translation>
    </message>
</context>
<context>
    <name>UndoHistory</name>
    <message>
        <source>History</source>
        <translation>歷程記錄</translation>
    </message>
    <message>
        <source>What is removed can come back for 30 days.</source>
        <translation>移除的內容在 30 天內都可以復原。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>Nothing to undo.</source>
        <translation>沒有可復原的操作。</translation>
    </message>
    <message>
        <source>Nothing of it is as it was left, or its source must come back first.</source>
        <translation>其中內容後來都已改變，或須先復原它的來源。</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>Article</source>
        <translation>文章</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>This library is on a network drive: use it from one computer at a time.</source>
        <translation>這個文庫在網路磁碟機上，請勿在多台電腦上同時使用。</translation>
    </message>
    <message>
        <source>Something unexpected happened. What you did is saved.</source>
        <translation>發生了意外的問題。你做的操作都已儲存。</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>複製詳細資訊</translation>
    </message>
    <message>
        <source>“{name}” is no article of this library.</source>
        <translation>「{name}」不是這個文庫中的文章。</translation>
    </message>
</context>
<context>
    <name>_Delegate</name>
    <message>
        <source>Press the keys · Esc leaves it · Backspace clears</source>
        <translation>請按快速鍵 · Esc 維持不變 · Backspace 清除</translation>
    </message>
</context>
<context>
    <name>_Details</name>
    <message>
        <source>Address</source>
        <translation>網址</translation>
    </message>
    <message>
        <source>Inside of the article</source>
        <translation>在文章裡面</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>已存</translation>
    </message>
    <message>
        <source>Came from</source>
        <translation>取自</translation>
    </message>
    <message>
        <source>Came with</source>
        <translation>取得方式</translation>
    </message>
    <message>
        <source>Learned of its host</source>
        <translation>該主機的經驗</translation>
    </message>
    <message>
        <source>Asked</source>
        <translation>上次請求</translation>
    </message>
    <message>
        <source>Again by itself</source>
        <translation>自動重試時間</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>說明</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>嘗試</translation>
    </message>
</context>
<context>
    <name>_Foot</name>
    <message>
        <source>commands</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>sources</source>
        <translation>來源</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>標籤</translation>
    </message>
</context>
<context>
    <name>_TitleField</name>
    <message>
        <source>Title</source>
        <translation>標題</translation>
    </message>
</context>
<context>
    <name>details</name>
    <message>
        <source>it is not JSON</source>
        <translation>不是 JSON</translation>
    </message>
    <message>
        <source>it holds no settings</source>
        <translation>其中沒有設定</translation>
    </message>
    <message>
        <source>it is larger than {size} MB</source>
        <translation>超過 {size} MB</translation>
    </message>
    <message>
        <source>unpacked it is larger than {size} MB</source>
        <translation>解壓縮後超過 {size} MB</translation>
    </message>
    <message>
        <source>this is no OPML list of feeds</source>
        <translation>不是 OPML 訂閱清單</translation>
    </message>
    <message>
        <source>no feed</source>
        <translation>沒有訂閱源</translation>
    </message>
    <message>
        <source>no instance of RSSHub is set for this address</source>
        <translation>沒有為這個網址設定 RSSHub 伺服器</translation>
    </message>
    <message>
        <source>the instance gives a page instead of a feed</source>
        <translation>伺服器傳回的是網頁而不是訂閱源</translation>
    </message>
    <message>
        <source>the document is empty</source>
        <translation>內容是空的</translation>
    </message>
    <message>
        <source>this is {what}, not a feed</source>
        <translation>這是 {what}，不是訂閱源</translation>
    </message>
    <message>
        <source>the document is broken gzip data</source>
        <translation>gzip 資料已損毀</translation>
    </message>
    <message>
        <source>there is no XML in it</source>
        <translation>其中沒有 XML</translation>
    </message>
    <message>
        <source>the XML is too broken to be read</source>
        <translation>XML 損毀嚴重，無法讀取</translation>
    </message>
    <message>
        <source>broken JSON: {problem}</source>
        <translation>JSON 有誤：{problem}</translation>
    </message>
    <message>
        <source>the JSON is nested too deep</source>
        <translation>JSON 巢狀過深</translation>
    </message>
    <message>
        <source>this is JSON, but not a JSON Feed</source>
        <translation>這是 JSON，但不是 JSON Feed</translation>
    </message>
    <message>
        <source>is not a folder</source>
        <translation>不是資料夾</translation>
    </message>
    <message>
        <source>no such file or directory</source>
        <translation>檔案或資料夾不存在</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>沒有權限</translation>
    </message>
    <message>
        <source>no space left on device</source>
        <translation>磁碟空間不足</translation>
    </message>
    <message>
        <source>no such host: {host}</source>
        <translation>找不到主機 {host}</translation>
    </message>
    <message>
        <source>connection refused</source>
        <translation>連線遭拒</translation>
    </message>
    <message>
        <source>private address: {address}</source>
        <translation>私有位址 {address}</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>{detail}.</source>
        <translation>{detail}。</translation>
    </message>
    <message>
        <source>{path}: {detail}.</source>
        <translation>{path}：{detail}。</translation>
    </message>
    <message>
        <source>Something unexpected happened ({kind}: {detail}).</source>
        <translation>發生了意外的問題（{kind}：{detail}）。</translation>
    </message>
    <message>
        <source>The server answered “{answer}” for {url}.</source>
        <translation>要求 {url} 時，伺服器回應「{answer}」。</translation>
    </message>
    <message>
        <source>The certificate of {url} is not trusted: {detail}.</source>
        <translation>{url} 的憑證不受信任：{detail}。</translation>
    </message>
    <message>
        <source>The certificate of {url} is not trusted: {detail} (SHA-256 {fingerprint}).</source>
        <translation>{url} 的憑證不受信任：{detail}（SHA-256 {fingerprint}）。</translation>
    </message>
    <message>
        <source>The answer of {url} is larger than {limit} MB.</source>
        <translation>{url} 的回應超過 {limit} MB。</translation>
    </message>
    <message>
        <source>{where}, line {line}: {detail}.</source>
        <translation>{where}，第 {line} 行：{detail}。</translation>
    </message>
    <message>
        <source>{where}: {detail}.</source>
        <translation>{where}：{detail}。</translation>
    </message>
    <message>
        <source>The picture’s server {host} cannot be reached.</source>
        <translation>連不上圖片伺服器 {host}。</translation>
    </message>
    <message>
        <source>The picture’s server {host} refused it ({status}).</source>
        <translation>圖片伺服器 {host} 拒絕了要求（{status}）。</translation>
    </message>
    <message>
        <source>The picture is no longer on {host} ({status}).</source>
        <translation>圖片已不在 {host} 上（{status}）。</translation>
    </message>
    <message>
        <source>The picture’s server {host} took too long.</source>
        <translation>圖片伺服器 {host} 回應太慢。</translation>
    </message>
    <message>
        <source>The picture on {host} is too large.</source>
        <translation>{host} 上的圖片太大。</translation>
    </message>
    <message>
        <source>What {host} sent is not a picture.</source>
        <translation>{host} 傳來的不是圖片。</translation>
    </message>
    <message>
        <source>The picture on {host} would unpack to an unreasonable size.</source>
        <translation>{host} 上的圖片解開後大得離譜。</translation>
    </message>
    <message>
        <source>The picture’s address may not be contacted: {detail}.</source>
        <translation>不允許連線到這個圖片網址：{detail}。</translation>
    </message>
    <message>
        <source>This picture was not stored before you went offline.</source>
        <translation>離線前沒有存下這張圖。</translation>
    </message>
    <message>
        <source>The picture on {host} cannot be shown ({detail}).</source>
        <translation>{host} 上的圖片無法顯示（{detail}）。</translation>
    </message>
    <message>
        <source>There is no article “{name}”.</source>
        <translation>沒有名為「{name}」的文章。</translation>
    </message>
    <message>
        <source>There is no source “{name}”.</source>
        <translation>沒有名為「{name}」的來源。</translation>
    </message>
    <message>
        <source>There is no file or folder “{name}”.</source>
        <translation>沒有名為「{name}」的檔案或資料夾。</translation>
    </message>
    <message>
        <source>“{name}” is not there.</source>
        <translation>找不到「{name}」。</translation>
    </message>
    <message>
        <source>{url} may not be contacted: {detail}.</source>
        <translation>不允許連線到 {url}：{detail}。</translation>
    </message>
    <message>
        <source>{url} gave no complete answer within {seconds} seconds.</source>
        <translation>{url} 在 {seconds} 秒內沒有完整回應。</translation>
    </message>
    <message>
        <source>{url} cannot be reached: {detail}.</source>
        <translation>連不上 {url}：{detail}。</translation>
    </message>
    <message>
        <source>Stopped before {url} answered.</source>
        <translation>未等 {url} 回應便已停止。</translation>
    </message>
    <message>
        <source>{url} cannot be fetched.</source>
        <translation>無法取得 {url}。</translation>
    </message>
    <message>
        <source>There is no network: none of the sources can be reached.</source>
        <translation>沒有網路：所有來源都無法連線。</translation>
    </message>
    <message>
        <source>This network wants a login first: pages came where feeds were. Nothing was changed.</source>
        <translation>這個網路需要先登入：訂閱源的位置傳回了網頁。沒有任何更動。</translation>
    </message>
    <message>
        <source>{path} cannot be read: {detail}.</source>
        <translation>無法讀取 {path}：{detail}。</translation>
    </message>
    <message>
        <source>The library {path} is in use by another program{detail}.</source>
        <translation>文庫 {path} 正由另一個程式使用{detail}。</translation>
    </message>
    <message>
        <source>The disk is full; the library {path} was not changed{detail}.</source>
        <translation>磁碟已滿，文庫 {path} 未作變更{detail}。</translation>
    </message>
    <message>
        <source>The library {path} is gone{detail}. Its journal is there: a repair brings it back.</source>
        <translation>文庫 {path} 不見了{detail}。它的日誌還在：修復即可復原。</translation>
    </message>
    <message>
        <source>{path} is not an Inkstone library, or it is damaged{detail}. It was left as it is.</source>
        <translation>{path} 不是 Inkstone 文庫，或已損毀{detail}。檔案未被更動。</translation>
    </message>
    <message>
        <source>The library {path} was made by a newer Inkstone{detail}.</source>
        <translation>文庫 {path} 由較新版本的 Inkstone 建立{detail}。</translation>
    </message>
    <message>
        <source>The library {path} can only be read; nothing was changed{detail}.</source>
        <translation>文庫 {path} 唯讀，未作任何變更{detail}。</translation>
    </message>
    <message>
        <source>The library {path} cannot be opened{detail}.</source>
        <translation>無法開啟文庫 {path}{detail}。</translation>
    </message>
    <message>
        <source>The library {path} cannot be used{detail}.</source>
        <translation>無法使用文庫 {path}{detail}。</translation>
    </message>
    <message>
        <source>The system’s keyring does not take the password ({detail}): it is kept until Inkstone ends.</source>
        <translation>系統鑰匙圈不接受這個密碼（{detail}）：它只保留到 Inkstone 結束。</translation>
    </message>
    <message>
        <source>Reading was given up after {seconds} seconds ({task}).</source>
        <translation>讀取超過 {seconds} 秒，已放棄（{task}）。</translation>
    </message>
    <message>
        <source>As root the page engine would need its sandbox switched off, which Inkstone never does by itself: start it as an ordinary user, or set QTWEBENGINE_DISABLE_SANDBOX=1.</source>
        <translation>以 root 身分執行時，頁面引擎必須關閉沙箱，而 Inkstone 絕不自行關閉：請以一般使用者啟動，或設定 QTWEBENGINE_DISABLE_SANDBOX=1。</translation>
    </message>
    <message>
        <source>It was stopped; nothing was changed.</source>
        <translation>已停止，沒有任何變更。</translation>
    </message>
</context>
<context>
    <name>notes</name>
    <message>
        <source>front matter, line {line}: “{value}” is no date</source>
        <translation>開頭資訊第 {line} 行：「{value}」不是日期</translation>
    </message>
    <message>
        <source>front matter: “{value}” is no date</source>
        <translation>開頭資訊：「{value}」不是日期</translation>
    </message>
    <message>
        <source>front matter, line {line}: opened, but never closed</source>
        <translation>開頭資訊從第 {line} 行開始，但沒有結束</translation>
    </message>
    <message>
        <source>front matter, line {line}: “{key}” was said above already; the last one counts</source>
        <translation>開頭資訊第 {line} 行：「{key}」前面已有，以最後一個為準</translation>
    </message>
    <message>
        <source>front matter, line {line}: longer than {size} KB, read line by line</source>
        <translation>開頭資訊第 {line} 行：超過 {size} KB，逐行讀取</translation>
    </message>
    <message>
        <source>front matter, line {line}: JSON that cannot be read</source>
        <translation>開頭資訊第 {line} 行：JSON 無法讀取</translation>
    </message>
    <message>
        <source>front matter, line {line}: not a list of fields; read line by line</source>
        <translation>開頭資訊第 {line} 行：不是欄位清單，逐行讀取</translation>
    </message>
    <message>
        <source>front matter, line {line}: more than {count} values; read line by line</source>
        <translation>開頭資訊第 {line} 行：超過 {count} 個值，逐行讀取</translation>
    </message>
    <message>
        <source>front matter, line {line}: {problem}; read line by line</source>
        <translation>開頭資訊第 {line} 行：{problem}；逐行讀取</translation>
    </message>
    <message>
        <source>not UTF-8: read as {encoding}</source>
        <translation>不是 UTF-8：以 {encoding} 讀取</translation>
    </message>
    <message>
        <source>line {line}: not valid UTF-8 (1 bad place, shown as {sign})</source>
        <translation>第 {line} 行：不是有效的 UTF-8（1 處錯誤，顯示為 {sign}）</translation>
    </message>
    <message>
        <source>line {line}: not valid UTF-8 ({count} bad places, shown as {sign})</source>
        <translation>第 {line} 行：不是有效的 UTF-8（{count} 處錯誤，顯示為 {sign}）</translation>
    </message>
    <message>
        <source>not valid {encoding} (1 bad place, shown as {sign})</source>
        <translation>不是有效的 {encoding}（1 處錯誤，顯示為 {sign}）</translation>
    </message>
    <message>
        <source>not valid {encoding} ({count} bad places, shown as {sign})</source>
        <translation>不是有效的 {encoding}（{count} 處錯誤，顯示為 {sign}）</translation>
    </message>
    <message>
        <source>line {line}: &apos;{value}&apos; is not a date</source>
        <translation>第 {line} 行：「{value}」不是日期</translation>
    </message>
    <message>
        <source>&apos;{value}&apos; is not a date</source>
        <translation>「{value}」不是日期</translation>
    </message>
    <message>
        <source>{problem}: shown as text</source>
        <translation>{problem}：以純文字顯示</translation>
    </message>
</context>
</TS>
