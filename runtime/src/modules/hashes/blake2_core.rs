//! BLAKE2 (RFC 7693) with all parameters of its paper: tree hashing, salt, personalization.

/// Which words of a block each step takes.
const SIGMA: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

pub struct Tree {
    pub fanout: u8,
    pub depth: u8,
    pub leaf_size: u32,
    pub node_offset: u64,
    pub node_depth: u8,
    pub inner_size: u8,
    pub last_node: bool,
}

macro_rules! blake2 {
    ($name:ident, $word:ty, $count:ty, $iv:expr, $rounds:expr, $rotations:expr, $offset_bytes:expr) => {
        #[derive(Clone)]
        pub struct $name {
            state: [$word; 8],
            counter: $count,
            /// The last block is processed at the end alone: it stays here.
            block: [u8; Self::BLOCK],
            filled: usize,
            last_node: bool,
        }

        impl $name {
            pub const BLOCK: usize = 16 * size_of::<$word>();
            pub const MAX_DIGEST: usize = 8 * size_of::<$word>();
            pub const SALT: usize = 2 * size_of::<$word>();
            const IV: [$word; 8] = $iv;

            /// The caller has checked the lengths; salt and personalization are padded to theirs.
            pub fn new(digest_size: u8, key: &[u8], salt: &[u8], person: &[u8], tree: &Tree) -> $name {
                let mut params = [0u8; Self::MAX_DIGEST];
                params[..4].copy_from_slice(&[digest_size, key.len() as u8, tree.fanout, tree.depth]);
                params[4..8].copy_from_slice(&tree.leaf_size.to_le_bytes());
                params[8..8 + $offset_bytes].copy_from_slice(&tree.node_offset.to_le_bytes()[..$offset_bytes]);
                params[8 + $offset_bytes] = tree.node_depth;
                params[9 + $offset_bytes] = tree.inner_size;
                let half = Self::MAX_DIGEST / 2;
                params[half..half + salt.len()].copy_from_slice(salt);
                params[half + Self::SALT..half + Self::SALT + person.len()].copy_from_slice(person);
                let words: [$word; 8] = Self::words(&params);
                let state = core::array::from_fn(|i| Self::IV[i] ^ words[i]);
                let mut hash =
                    $name { state, counter: 0, block: [0; Self::BLOCK], filled: 0, last_node: tree.last_node };
                if !key.is_empty() {
                    hash.block[..key.len()].copy_from_slice(key);
                    hash.filled = Self::BLOCK;
                }
                hash
            }
            fn words<const N: usize>(bytes: &[u8]) -> [$word; N] {
                let mut words = [0; N];
                for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(size_of::<$word>())) {
                    let mut raw = [0; size_of::<$word>()];
                    raw.copy_from_slice(chunk);
                    *word = <$word>::from_le_bytes(raw);
                }
                words
            }
            pub fn update(&mut self, mut data: &[u8]) {
                while !data.is_empty() {
                    if self.filled == Self::BLOCK {
                        self.counter = self.counter.wrapping_add(Self::BLOCK as $count);
                        self.compress(false);
                        self.filled = 0;
                    }
                    let taken = data.len().min(Self::BLOCK - self.filled);
                    self.block[self.filled..self.filled + taken].copy_from_slice(&data[..taken]);
                    self.filled += taken;
                    data = &data[taken..];
                }
            }
            pub fn digest(&self, out: &mut [u8]) {
                let mut last = self.clone();
                last.counter = last.counter.wrapping_add(last.filled as $count);
                last.block[last.filled..].fill(0);
                last.compress(true);
                let bytes = last.state.iter().flat_map(|word| word.to_le_bytes());
                out.iter_mut().zip(bytes).for_each(|(to, byte)| *to = byte);
            }
            fn compress(&mut self, is_last: bool) {
                let block: [$word; 16] = Self::words(&self.block);
                let mut v = [0; 16];
                v[..8].copy_from_slice(&self.state);
                v[8..].copy_from_slice(&Self::IV);
                v[12] ^= self.counter as $word;
                v[13] ^= (self.counter >> <$word>::BITS) as $word;
                if is_last {
                    v[14] = !v[14];
                    if self.last_node {
                        v[15] = !v[15];
                    }
                }
                let [r1, r2, r3, r4] = $rotations;
                let mut mix = |a: usize, b: usize, c: usize, d: usize, x: $word, y: $word| {
                    v[a] = v[a].wrapping_add(v[b]).wrapping_add(x);
                    v[d] = (v[d] ^ v[a]).rotate_right(r1);
                    v[c] = v[c].wrapping_add(v[d]);
                    v[b] = (v[b] ^ v[c]).rotate_right(r2);
                    v[a] = v[a].wrapping_add(v[b]).wrapping_add(y);
                    v[d] = (v[d] ^ v[a]).rotate_right(r3);
                    v[c] = v[c].wrapping_add(v[d]);
                    v[b] = (v[b] ^ v[c]).rotate_right(r4);
                };
                for round in 0..$rounds {
                    let s = &SIGMA[round % 10];
                    mix(0, 4, 8, 12, block[s[0]], block[s[1]]);
                    mix(1, 5, 9, 13, block[s[2]], block[s[3]]);
                    mix(2, 6, 10, 14, block[s[4]], block[s[5]]);
                    mix(3, 7, 11, 15, block[s[6]], block[s[7]]);
                    mix(0, 5, 10, 15, block[s[8]], block[s[9]]);
                    mix(1, 6, 11, 12, block[s[10]], block[s[11]]);
                    mix(2, 7, 8, 13, block[s[12]], block[s[13]]);
                    mix(3, 4, 9, 14, block[s[14]], block[s[15]]);
                }
                for i in 0..8 {
                    self.state[i] ^= v[i] ^ v[i + 8];
                }
            }
        }
    };
}

blake2!(
    Blake2b,
    u64,
    u128,
    [
        0x6a09_e667_f3bc_c908,
        0xbb67_ae85_84ca_a73b,
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1,
        0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b,
        0x5be0_cd19_137e_2179,
    ],
    12,
    [32, 24, 16, 63],
    8
);
blake2!(
    Blake2s,
    u32,
    u64,
    [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ],
    10,
    [16, 12, 8, 7],
    6
);
