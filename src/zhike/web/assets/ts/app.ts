import './boot'
