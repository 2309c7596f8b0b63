-- Takes the bodies of one retention class from before an instant out of some chains, up to a place in each.
ALTER TABLE record UPDATE body = '', salt = ''
WHERE keep = {keep:String} AND toUnixTimestamp64Micro(at) < {before:Int64} AND chain IN {chains:Array(String)}
  AND seq <= transform(chain, {chains:Array(String)}, {reached:Array(UInt64)}, toUInt64(0))
SETTINGS mutations_sync = 2
